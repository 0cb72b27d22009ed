using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>What one check of a target found.</summary>
/// <param name="State">Up, degraded or down, by this check alone.</param>
/// <param name="Cause">Why it is not up, in words; nothing when it is.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Latency">How long the answer took; nothing when there was none.</param>
internal sealed record CheckResult(HeartbeatState State, string? Cause, string? Evidence, TimeSpan? Latency = null)
{
    /// <summary>A target that answers as it should.</summary>
    /// <param name="evidence">What was seen.</param>
    /// <returns>The result.</returns>
    public static CheckResult Up(string evidence) => new(HeartbeatState.Up, null, evidence);

    /// <summary>A target that answers, but not as well as it should.</summary>
    /// <param name="cause">Why, in words.</param>
    /// <param name="evidence">What was seen.</param>
    /// <returns>The result.</returns>
    public static CheckResult Degraded(string cause, string evidence) => new(HeartbeatState.Degraded, cause, evidence);

    /// <summary>A target that does not answer, or wrongly.</summary>
    /// <param name="cause">Why, in words.</param>
    /// <param name="evidence">What was seen, if anything was.</param>
    /// <returns>The result.</returns>
    public static CheckResult Down(string cause, string? evidence = null) => new(HeartbeatState.Down, cause, evidence);
}
