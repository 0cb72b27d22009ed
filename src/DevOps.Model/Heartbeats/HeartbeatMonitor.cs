namespace DevOps.Model;

/// <summary>How a heartbeat monitor's process is.</summary>
public enum HeartbeatMonitorState
{
    /// <summary>No process runs.</summary>
    Stopped,

    /// <summary>The process begins.</summary>
    Starting,

    /// <summary>Targets are checked and the page is served.</summary>
    Running,

    /// <summary>The process ends.</summary>
    Stopping,
}

/// <summary>The process that checks heartbeats all the time and serves the page of them.</summary>
/// <param name="State">How its process is.</param>
/// <param name="Uri">Where its page is.</param>
/// <param name="Interval">The time from beat to beat.</param>
/// <param name="Targets">How many targets it checks.</param>
/// <param name="Up">How many of them are up.</param>
/// <param name="Degraded">How many are degraded.</param>
/// <param name="Down">How many are down.</param>
/// <param name="Maintenance">How many are away on purpose.</param>
/// <param name="StartedAt">When its process began; nothing when none runs.</param>
/// <param name="ProcessId">Its process; nothing when none runs.</param>
/// <param name="IsPersistent">Whether systemd keeps it running.</param>
public sealed record HeartbeatMonitor(
    HeartbeatMonitorState State,
    Uri Uri,
    TimeSpan Interval,
    int Targets,
    int Up,
    int Degraded,
    int Down,
    int Maintenance,
    DateTimeOffset? StartedAt,
    int? ProcessId,
    bool IsPersistent)
{
    /// <summary>The fleets whose droplets are checked beside everything that was deployed and every target that was added.</summary>
    public IReadOnlyList<string> Fleet { get; init; } = [];

    /// <summary>After how long an incident that goes on is told again; never when zero.</summary>
    public TimeSpan Reminder { get; init; }

    /// <summary>What it cannot do at the moment, in words.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>The file with the token that the page asks for; nothing when it is served on loopback, without one.</summary>
    public string? TokenPath { get; init; }

    /// <summary>The file of its history.</summary>
    public required string HistoryPath { get; init; }

    /// <summary>What its process writes.</summary>
    public required string LogPath { get; init; }
}
