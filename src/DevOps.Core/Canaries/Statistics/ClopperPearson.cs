namespace DevOps.Core.Canaries.Statistics;

/// <summary>
/// The exact confidence bound of a proportion (C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits
/// illustrated in the case of the binomial", Biometrika 26, 1934). It never promises more than it keeps, whatever the
/// numbers are.
/// </summary>
internal static class ClopperPearson
{
    private const double Precision = 1e-17;

    // Halving so often leaves nothing of a double.
    private const int Halvings = 80;

    /// <summary>The smallest true proportion with which so many successes are still as likely as the significance.</summary>
    /// <param name="count">How many were counted.</param>
    /// <param name="total">Of how many.</param>
    /// <param name="significance">How often the true proportion may lie below the bound, above 0 and below 1.</param>
    /// <returns>The lower bound, 0 to 1.</returns>
    public static double LowerBound(long count, long total, double significance)
    {
        if (count <= 0) return 0;
        var low = 0.0;
        var high = (double)count / total;
        for (var halving = 0; halving < Halvings && low < high; halving++)
        {
            var middle = (low + high) / 2;
            if (UpperTail(count, total, middle) < significance) low = middle;
            else high = middle;
        }

        return low;
    }

    // P(X ≥ count) for a binomial X, where count is above the mean, so that terms only get smaller.
    private static double UpperTail(long count, long total, double p)
    {
        if (p <= 0) return 0;
        var term = Math.Exp(LogFactorial.Choose(total, count) + (count * Math.Log(p)) + ((total - count) * LogOf1Minus(p)));
        var sum = term;
        var odds = p / (1 - p);
        for (var k = count; k < total && term > Precision * sum; k++)
        {
            term *= (double)(total - k) / (k + 1) * odds;
            sum += term;
        }

        return sum;
    }

    // ln(1 - p), also where 1 - p has lost p's digits.
    private static double LogOf1Minus(double p)
    {
        var rounded = 1 - p;
        return rounded == 1 ? -p : Math.Log(rounded) * p / (1 - rounded);
    }
}
