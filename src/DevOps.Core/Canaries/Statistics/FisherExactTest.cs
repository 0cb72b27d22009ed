namespace DevOps.Core.Canaries.Statistics;

/// <summary>
/// Fisher's exact test of two proportions (R. A. Fisher, "On the interpretation of χ² from contingency tables, and the
/// calculation of P", Journal of the Royal Statistical Society 85, 1922; The Design of Experiments, 1935), one-sided.
/// Given how many failed in all, the number among the canary's requests has a hypergeometric distribution when both sides
/// are alike. Exact for any numbers, also tiny ones.
/// </summary>
internal static class FisherExactTest
{
    private const double Precision = 1e-17;

    /// <summary>How likely at least so many of the canary's requests fail when it is no worse than production.</summary>
    /// <param name="canaryErrors">How many of the canary's requests failed.</param>
    /// <param name="canaryRequests">How many requests the canary got.</param>
    /// <param name="productionErrors">How many of production's requests failed.</param>
    /// <param name="productionRequests">How many requests production got.</param>
    /// <returns>The p-value, 0 to 1.</returns>
    public static double PValue(long canaryErrors, long canaryRequests, long productionErrors, long productionRequests)
    {
        var errors = canaryErrors + productionErrors;
        var requests = canaryRequests + productionRequests;
        var most = Math.Min(errors, canaryRequests);
        var least = Math.Max(0, errors - productionRequests);
        if (canaryErrors <= least) return 1;

        // From the mode on, terms only get smaller: the side that holds it is taken as the rest of the other.
        var mode = (long)((canaryRequests + 1.0) * (errors + 1.0) / (requests + 2.0));
        double Term(long k) => Math.Exp(
            LogFactorial.Choose(errors, k) + LogFactorial.Choose(requests - errors, canaryRequests - k) - LogFactorial.Choose(requests, canaryRequests));
        double Up(long k) => (double)(errors - k) / (k + 1) * (canaryRequests - k) / (productionRequests - errors + k + 1);
        if (canaryErrors > mode) return Math.Min(1, Sum(Term(canaryErrors), canaryErrors, most, step: 1, Up));
        return Math.Max(0, 1 - Sum(Term(canaryErrors - 1), canaryErrors - 1, least, step: -1, k => 1 / Up(k - 1)));
    }

    // Adds the terms from one number to the last, each made from the one before it.
    private static double Sum(double term, long from, long to, int step, Func<long, double> ratio)
    {
        var sum = term;
        for (var k = from; k != to && term > Precision * sum; k += step)
        {
            term *= ratio(k);
            sum += term;
        }

        return sum;
    }
}
