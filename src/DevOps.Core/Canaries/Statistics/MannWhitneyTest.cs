using DevOps.Core.Balancing;

namespace DevOps.Core.Canaries.Statistics;

/// <summary>
/// The rank test of H. B. Mann and D. R. Whitney ("On a test of whether one of two random variables is stochastically
/// larger than the other", Annals of Mathematical Statistics 18, 1947), one-sided, on counted latencies, with the
/// correction for ties and the normal approximation. It asks nothing of the shape of the distributions: whether a canary's
/// latency is usually longer than a production latency, not by how much.
/// </summary>
internal static class MannWhitneyTest
{
    private const double HalfStep = 0.5;

    /// <summary>How likely latencies are at least so much longer when the canary's are no longer than production's times a ratio.</summary>
    /// <param name="canary">The canary's latencies, shortest first.</param>
    /// <param name="production">Production's latencies, shortest first.</param>
    /// <param name="ratio">How much longer the canary's may be: 1.5 for half as long again.</param>
    /// <returns>The p-value, 0 to 1; 1 when there is nothing to compare.</returns>
    public static double PValue(IReadOnlyList<LatencyBucket> canary, IReadOnlyList<LatencyBucket> production, double ratio)
    {
        var ranks = Merge(canary, production, ratio);
        double canaries = canary.Sum(bucket => bucket.Count);
        double productions = production.Sum(bucket => bucket.Count);
        if (canaries == 0 || productions == 0) return 1;

        var wins = 0.0;
        var below = 0.0;
        var ties = 0.0;
        foreach (var (canaryCount, productionCount) in ranks.Values)
        {
            wins += canaryCount * (below + (HalfStep * productionCount));
            below += productionCount;
            double tied = canaryCount + productionCount;
            ties += tied * (tied - 1) * (tied + 1);
        }

        var all = canaries + productions;
        var variance = canaries * productions / 12 * (all + 1 - (ties / (all * (all - 1))));
        // All in one bucket: nothing is longer than anything.
        if (variance <= 0) return 1;
        return NormalDistribution.UpperTail((wins - (canaries * productions / 2) - HalfStep) / Math.Sqrt(variance));
    }

    // Production's latencies are moved up by the ratio, to the bucket that holds the longest that one of them can have
    // become: the width of the buckets is never held against the canary.
    private static SortedDictionary<int, (long Canary, long Production)> Merge(IReadOnlyList<LatencyBucket> canary, IReadOnlyList<LatencyBucket> production, double ratio)
    {
        var ranks = new SortedDictionary<int, (long Canary, long Production)>();
        foreach (var (index, count) in canary) ranks[index] = (ranks.GetValueOrDefault(index).Canary + count, 0);
        foreach (var (index, count) in production)
        {
            var moved = LatencyHistogram.IndexOf(LatencyHistogram.UpperBound(index) * ratio);
            var rank = ranks.GetValueOrDefault(moved);
            ranks[moved] = rank with { Production = rank.Production + count };
        }

        return ranks;
    }
}
