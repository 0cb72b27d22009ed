namespace DevOps.Core.Canaries;

/// <summary>What a canary is judged by.</summary>
public sealed record CanaryLimits
{
    /// <summary>How many requests canary and production must each have had.</summary>
    public long MinimumRequests { get; init; } = 100;

    /// <summary>The part of the canary's requests that may fail, whatever production's do: 0 to 1.</summary>
    public double MaxErrorRate { get; init; } = 0.05;

    /// <summary>How much longer than production's the canary's latencies may be: 1.5 for half as long again.</summary>
    public double MaxLatencyRatio { get; init; } = 1.5;
}
