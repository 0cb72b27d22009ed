using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>One way to find out how a target is.</summary>
internal interface IHeartbeatCheck
{
    /// <summary>Checks a target once. How long that takes is measured and limited by the caller.</summary>
    /// <param name="target">The target.</param>
    /// <param name="ct">Ends the check when its time is over.</param>
    /// <returns>What it found.</returns>
    /// <exception cref="Exception">Whatever a connection fails with; <see cref="CheckFailures"/> puts it into words.</exception>
    Task<CheckResult> CheckAsync(HeartbeatTarget target, CancellationToken ct);
}
