namespace DevOps.Core.Canaries.Statistics;

/// <summary>The standard normal distribution.</summary>
internal static class NormalDistribution
{
    private const double SeriesBelow = 2;
    private const double Precision = 1e-17;

    /// <summary>
    /// How likely a value is at least so large. Near the middle by the power series of the error function, in the tail by
    /// its continued fraction (Abramowitz and Stegun 1964, 26.2.10 and 26.2.14), so that tiny results keep all their digits.
    /// </summary>
    /// <param name="z">The value, in standard deviations from the mean.</param>
    /// <returns>P(Z ≥ z).</returns>
    public static double UpperTail(double z)
    {
        if (z < 0) return 1 - UpperTail(-z);
        return z < SeriesBelow ? 0.5 - (Density(z) * Series(z)) : Density(z) / Fraction(z);
    }

    private static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    // z + z³/3 + z⁵/(3·5) + …
    private static double Series(double z)
    {
        var term = z;
        var sum = z;
        for (var n = 3; term > Precision * sum; n += 2)
        {
            term *= z * z / n;
            sum += term;
        }

        return sum;
    }

    // z + 1/(z + 2/(z + 3/(z + …))), from the inside; so deep that no more would change it from z = 2 on.
    private static double Fraction(double z)
    {
        const int Depth = 200;
        var value = z;
        for (var n = Depth; n > 0; n--) value = z + (n / value);
        return value;
    }
}
