namespace DevOps.Model;

/// <summary>How a target was over a period, as far as a heartbeat monitor watched it.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Group">What it belongs to, such as the application whose instance it is; nothing when it stands alone.</param>
/// <param name="From">Where the period begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Uptime">The share of the time in which it answered, in per cent of the time in which it was up, degraded or down; nothing when that is none.</param>
/// <param name="Incidents">The times in which it was degraded or down, oldest first.</param>
/// <param name="Checks">How many checks were made.</param>
/// <param name="LatencyP50">What half of the answers took at most; nothing without answers.</param>
/// <param name="LatencyP95">What 95 of 100 answers took at most.</param>
/// <param name="LatencyP99">What 99 of 100 answers took at most.</param>
public sealed record HeartbeatHistory(
    string Target,
    string? Group,
    DateTimeOffset From,
    DateTimeOffset To,
    double? Uptime,
    IReadOnlyList<HeartbeatIncident> Incidents,
    long Checks,
    TimeSpan? LatencyP50,
    TimeSpan? LatencyP95,
    TimeSpan? LatencyP99)
{
    /// <summary>The environment whose application it serves; nothing when it is no instance.</summary>
    public string? Environment { get; init; }

    /// <summary>What was checked last.</summary>
    public required Uri Uri { get; init; }

    /// <summary>How long it was up.</summary>
    public TimeSpan Up { get; init; }

    /// <summary>How long it was degraded.</summary>
    public TimeSpan Degraded { get; init; }

    /// <summary>How long it was down.</summary>
    public TimeSpan Down { get; init; }

    /// <summary>How long it was away on purpose.</summary>
    public TimeSpan Maintenance { get; init; }

    /// <summary>How long nobody looked: no monitor ran, or the target was not there yet.</summary>
    public TimeSpan Unknown { get; init; }
}

/// <summary>A time in which a target was not as it should be: from the first heartbeat that said so to the first that said otherwise.</summary>
/// <param name="Began">When it began.</param>
/// <param name="Ended">When it ended; nothing while it goes on.</param>
/// <param name="State">The worst state of it: degraded or down.</param>
/// <param name="Cause">Why, when it was first in that state.</param>
/// <param name="Evidence">What was seen then.</param>
public sealed record HeartbeatIncident(DateTimeOffset Began, DateTimeOffset? Ended, HeartbeatState State, string? Cause, string? Evidence);
