using DevOps.Model;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>What <c>/status.json</c> answers.</summary>
/// <param name="State">The worst state of all targets; unknown when there are none.</param>
/// <param name="At">When this was so.</param>
/// <param name="Targets">The targets in their order.</param>
/// <param name="Notices">What the operator must know of the monitor itself.</param>
/// <param name="Balancers">The balancers.</param>
/// <param name="Deployments">The deployments.</param>
internal sealed record StatusAnswer(
    HeartbeatState State,
    DateTimeOffset At,
    IReadOnlyList<StatusTarget> Targets,
    IReadOnlyList<string> Notices,
    IReadOnlyList<CanaryBalancer> Balancers,
    IReadOnlyList<Deployment> Deployments);

/// <summary>How a target is.</summary>
/// <param name="Key">What <c>/history.json</c> calls it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Group">What it belongs to.</param>
/// <param name="Environment">The environment.</param>
/// <param name="State">How it is.</param>
/// <param name="LatencyMilliseconds">How long the last check took.</param>
/// <param name="Cause">Why it is not up.</param>
/// <param name="Evidence">What the last check saw.</param>
/// <param name="Since">When it came to be in this state; nothing before the first check.</param>
/// <param name="At">When it was checked; nothing before the first check.</param>
/// <param name="Uri">What is checked.</param>
/// <param name="Release">The release that it serves.</param>
/// <param name="Role">The part that it plays.</param>
/// <param name="UptimeOfDay">The uptime of the day in per cent.</param>
/// <param name="Checks">How many checks there were since the monitor began.</param>
internal sealed record StatusTarget(
    string Key,
    string Name,
    string? Group,
    string? Environment,
    HeartbeatState State,
    double? LatencyMilliseconds,
    string? Cause,
    string? Evidence,
    DateTimeOffset? Since,
    DateTimeOffset? At,
    Uri Uri,
    string? Release,
    ApplicationRole? Role,
    double? UptimeOfDay,
    long Checks);
