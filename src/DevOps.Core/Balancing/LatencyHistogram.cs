using System.Numerics;

namespace DevOps.Core.Balancing;

/// <summary>
/// Counts durations in buckets whose width grows with the duration: 16 to each doubling, so that a bucket is at most
/// 6.25 % wide, from a microsecond to about two hours. The layout is that of HdrHistogram with four significant bits
/// (http://hdrhistogram.org). Any number of threads may record at the same time.
/// </summary>
public sealed class LatencyHistogram
{
    private const int BitsPerDoubling = 4;
    private const int BucketsPerDoubling = 1 << BitsPerDoubling;
    private const int Doublings = 33;

    private const int Buckets = BucketsPerDoubling * (Doublings - BitsPerDoubling + 1);

    private readonly long[] _counts = new long[Buckets];

    /// <summary>Records a duration. What is longer than the longest bucket counts there.</summary>
    /// <param name="duration">The duration.</param>
    public void Record(TimeSpan duration) => Interlocked.Increment(ref _counts[IndexOf(duration)]);

    /// <summary>What was recorded so far.</summary>
    /// <returns>The buckets that are not empty, shortest first.</returns>
    public IReadOnlyList<LatencyBucket> Snapshot()
    {
        var buckets = new List<LatencyBucket>();
        for (var index = 0; index < _counts.Length; index++)
        {
            if (Volatile.Read(ref _counts[index]) is > 0 and var count) buckets.Add(new LatencyBucket(index, count));
        }

        return buckets;
    }

    /// <summary>The duration that a share of all recorded ones did not exceed.</summary>
    /// <param name="buckets">What was recorded.</param>
    /// <param name="share">The share, above 0 and up to 1: 0.99 for the 99th percentile.</param>
    /// <returns>The upper bound of the bucket that it falls into; nothing when nothing was recorded.</returns>
    public static TimeSpan? Percentile(IReadOnlyList<LatencyBucket> buckets, double share)
    {
        var total = buckets.Sum(bucket => bucket.Count);
        if (total == 0) return null;
        var rank = Math.Max(1, (long)Math.Ceiling(total * share));
        foreach (var bucket in buckets)
        {
            rank -= bucket.Count;
            if (rank <= 0) return UpperBound(bucket.Index);
        }

        return UpperBound(buckets[^1].Index);
    }

    /// <summary>What was recorded between two snapshots of one histogram.</summary>
    /// <param name="earlier">The earlier snapshot.</param>
    /// <param name="later">The later one.</param>
    /// <returns>The buckets in which something was recorded.</returns>
    public static IReadOnlyList<LatencyBucket> Between(IReadOnlyList<LatencyBucket> earlier, IReadOnlyList<LatencyBucket> later)
    {
        var before = earlier.ToDictionary(bucket => bucket.Index, bucket => bucket.Count);
        return [.. later
            .Select(bucket => bucket with { Count = bucket.Count - before.GetValueOrDefault(bucket.Index) })
            .Where(bucket => bucket.Count > 0)];
    }

    /// <summary>The longest duration that a bucket counts.</summary>
    /// <param name="index">The bucket's number.</param>
    /// <returns>The duration, to the microsecond.</returns>
    public static TimeSpan UpperBound(int index)
    {
        if (index < BucketsPerDoubling) return TimeSpan.FromMicroseconds(index);
        var shift = (index / BucketsPerDoubling) - 1;
        var mantissa = (index % BucketsPerDoubling) + BucketsPerDoubling;
        return TimeSpan.FromMicroseconds((((long)mantissa + 1) << shift) - 1);
    }

    /// <summary>The bucket that counts a duration.</summary>
    /// <param name="duration">The duration.</param>
    /// <returns>The bucket's number.</returns>
    public static int IndexOf(TimeSpan duration)
    {
        var microseconds = (ulong)Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond);
        if (microseconds < BucketsPerDoubling) return (int)microseconds;
        var shift = BitOperations.Log2(microseconds) - BitsPerDoubling;
        var index = (BucketsPerDoubling * (shift + 1)) + (int)((microseconds >> shift) - BucketsPerDoubling);
        return Math.Min(index, Buckets - 1);
    }
}
