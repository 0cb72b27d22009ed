namespace DevOps.Model;

/// <summary>How a target is.</summary>
public enum HeartbeatState
{
    /// <summary>Not known yet.</summary>
    Unknown,

    /// <summary>Answers as it should.</summary>
    Up,

    /// <summary>Answers, but not as well as it should; the cause says why.</summary>
    Degraded,

    /// <summary>Does not answer, or answers wrongly; the cause says why.</summary>
    Down,

    /// <summary>Away on purpose: a deployment or a restart is at work on it. The cause names it.</summary>
    Maintenance,
}

/// <summary>How a target was at one moment.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Group">What it belongs to, such as the application whose instance it is; nothing when it stands alone.</param>
/// <param name="State">How it is.</param>
/// <param name="Latency">How long the last check took; nothing when it was not answered.</param>
/// <param name="Cause">Why it is not up, in words; nothing when it is.</param>
/// <param name="Evidence">What the last check saw.</param>
/// <param name="Since">When it came to be in this state, as far as it was watched.</param>
/// <param name="At">When it was checked.</param>
/// <param name="Uri">What was checked.</param>
public sealed record Heartbeat(
    string Target,
    string? Group,
    HeartbeatState State,
    TimeSpan? Latency,
    string? Cause,
    string? Evidence,
    DateTimeOffset Since,
    DateTimeOffset At,
    Uri Uri)
{
    /// <summary>The environment whose application it serves; nothing when it is no instance.</summary>
    public string? Environment { get; init; }

    /// <summary>The release that it serves, as the last deployment left it; nothing when it is no instance.</summary>
    public string? Release { get; init; }

    /// <summary>The part that it plays; nothing when it is no instance.</summary>
    public ApplicationRole? Role { get; init; }

    /// <summary>Says how the target is.</summary>
    /// <returns>Such as <c>itrust-3 Down: the connection was refused</c>.</returns>
    public override string ToString() => Cause is null ? $"{Target} {State}" : $"{Target} {State}: {Cause}";
}
