using DevOps.Core.Balancing;
using DevOps.Model;

namespace DevOps.Core.Canaries;

/// <summary>What was counted of canary and production over the same time.</summary>
/// <param name="From">From when.</param>
/// <param name="To">Until when.</param>
/// <param name="Canary">The canaries together.</param>
/// <param name="Production">The production backends together.</param>
public sealed record CanaryWindow(DateTimeOffset From, DateTimeOffset To, SideCounts Canary, SideCounts Production)
{
    /// <summary>Works out what happened between two looks at a balancer.</summary>
    /// <param name="earlier">The earlier look.</param>
    /// <param name="from">When it was.</param>
    /// <param name="later">The later look.</param>
    /// <param name="to">When it was.</param>
    /// <returns>The window; nothing when the counters began anew in between, because another process answers.</returns>
    public static CanaryWindow? Between(BalancerReport earlier, DateTimeOffset from, BalancerReport later, DateTimeOffset to)
    {
        var before = earlier.Backends.ToDictionary(backend => backend.Name, StringComparer.Ordinal);
        if (later.Backends.Any(backend => before.TryGetValue(backend.Name, out var old) && backend.Requests < old.Requests)) return null;
        SideCounts Of(ApplicationRole role) => SideCounts.Sum(later.Backends.Where(backend => backend.Role == role).Select(backend => SideCounts.Between(before.GetValueOrDefault(backend.Name), backend)));
        return new CanaryWindow(from, to, Of(ApplicationRole.Canary), Of(ApplicationRole.Production));
    }
}

/// <summary>What was counted of one side.</summary>
/// <param name="Requests">How often it was asked.</param>
/// <param name="Errors">How many of those requests it failed.</param>
/// <param name="Latencies">The times until its answers began, shortest first.</param>
public sealed record SideCounts(long Requests, long Errors, IReadOnlyList<LatencyBucket> Latencies)
{
    /// <summary>What was counted of a backend between two looks.</summary>
    /// <param name="earlier">The earlier look; nothing when it came after that.</param>
    /// <param name="later">The later look.</param>
    /// <returns>The counts.</returns>
    public static SideCounts Between(BackendReport? earlier, BackendReport later)
    {
        var requests = later.Requests - (earlier?.Requests ?? 0);
        // A request is counted when it begins and its error when it ends: an old request's error is no new one's.
        var errors = Math.Min(requests, later.Errors - (earlier?.Errors ?? 0));
        return new SideCounts(requests, errors, LatencyHistogram.Between(earlier?.Latencies ?? [], later.Latencies));
    }

    /// <summary>Adds up several backends.</summary>
    /// <param name="parts">Their counts.</param>
    /// <returns>The sum.</returns>
    public static SideCounts Sum(IEnumerable<SideCounts> parts)
    {
        var all = parts.ToArray();
        var latencies = all.SelectMany(part => part.Latencies)
            .GroupBy(bucket => bucket.Index, (index, buckets) => new LatencyBucket(index, buckets.Sum(bucket => bucket.Count)))
            .OrderBy(bucket => bucket.Index);
        return new SideCounts(all.Sum(part => part.Requests), all.Sum(part => part.Errors), [.. latencies]);
    }

    /// <summary>The counts as a release tells them.</summary>
    /// <returns>The sample.</returns>
    public CanarySample ToSample() => new(
        Requests,
        Errors,
        LatencyHistogram.Percentile(Latencies, 0.5),
        LatencyHistogram.Percentile(Latencies, 0.95),
        LatencyHistogram.Percentile(Latencies, 0.99));
}
