namespace DevOps.Core.Canaries.Statistics;

/// <summary>
/// The natural logarithm of a factorial, and of a binomial coefficient: factorials themselves leave the range of a
/// <see cref="double"/> at 171!, and requests are counted in millions.
/// </summary>
internal static class LogFactorial
{
    private const int ExactBelow = 21;

    private static readonly double[] Exact = MakeExact();

    /// <summary>ln n!, by Stirling's series (Abramowitz and Stegun 1964, 6.1.41), whose first omitted term is below 10⁻¹⁴ from 21 on.</summary>
    /// <param name="n">A number, 0 or more.</param>
    /// <returns>The logarithm.</returns>
    public static double Of(long n)
    {
        if (n < ExactBelow) return Exact[n];
        double x = n;
        var square = x * x;
        return (x * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI * x))
            + ((1.0 / 12 - ((1.0 / 360 - ((1.0 / 1260 - (1.0 / 1680 / square)) / square)) / square)) / x);
    }

    /// <summary>The logarithm of the number of ways to choose some of many.</summary>
    /// <param name="n">How many there are.</param>
    /// <param name="k">How many are chosen, 0 to <paramref name="n"/>.</param>
    /// <returns>ln (n over k).</returns>
    public static double Choose(long n, long k) => Of(n) - Of(k) - Of(n - k);

    private static double[] MakeExact()
    {
        var logarithms = new double[ExactBelow];
        var factorial = 1L;
        for (var n = 1; n < ExactBelow; n++) logarithms[n] = Math.Log(factorial *= n);
        return logarithms;
    }
}
