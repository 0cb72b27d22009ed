using DevOps.Core.Balancing;

namespace DevOps.Server.Heartbeats.History;

/// <summary>How often which latency was measured, in the buckets of <see cref="LatencyHistogram"/>. For one thread.</summary>
internal sealed class LatencyCounts
{
    private static readonly int Buckets = LatencyHistogram.IndexOf(TimeSpan.MaxValue) + 1;

    private readonly long[] _counts = new long[Buckets];

    /// <summary>Adds measurements. A bucket that does not exist, as a damaged file may name it, is left out.</summary>
    /// <param name="bucket">The bucket's number.</param>
    /// <param name="count">How many.</param>
    public void Add(int bucket, long count = 1)
    {
        if ((uint)bucket < (uint)_counts.Length) _counts[bucket] += count;
    }

    /// <summary>Forgets all measurements.</summary>
    public void Clear() => Array.Clear(_counts);

    /// <summary>What was measured.</summary>
    /// <returns>The buckets that are not empty, shortest first.</returns>
    public IReadOnlyList<LatencyBucket> ToBuckets()
    {
        var buckets = new List<LatencyBucket>();
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            if (_counts[bucket] > 0) buckets.Add(new LatencyBucket(bucket, _counts[bucket]));
        }

        return buckets;
    }
}
