using System.Text.Json.Serialization;
using DevOps.Model;

namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>The paths that the monitor's administration socket understands beside those of every server.</summary>
public static class MonitorPaths
{
    /// <summary>GET: a <see cref="MonitorReport"/>.</summary>
    public const string Report = "report";

    /// <summary>GET <c>beats?after=NUMBER&amp;wait=SECONDS&amp;changes=true|false</c>: a <see cref="MonitorBeats"/> with what came after a number, waiting that long for something to come.</summary>
    public const string Beats = "beats";

    /// <summary>POST a <see cref="MonitorCheckRequest"/>: checks targets now; the answer is a <see cref="MonitorBeats"/>.</summary>
    public const string Check = "check";

    /// <summary>POST a <see cref="MonitorReload"/>: takes settings and targets over; the answer, a <see cref="MonitorReport"/>, comes when they are in effect.</summary>
    public const string Reload = "reload";

    /// <summary>POST a <see cref="MonitorHistoryRequest"/>: a <see cref="MonitorHistory"/>.</summary>
    public const string History = "history";
}

/// <summary>How the monitor is.</summary>
/// <param name="SettingsVersion">The version of the settings in effect.</param>
/// <param name="Interval">The time from beat to beat.</param>
/// <param name="LastBeat">The number of the newest beat.</param>
/// <param name="Targets">What it checks.</param>
/// <param name="Heartbeats">How each target is that was checked already.</param>
/// <param name="Notices">What it cannot do at the moment, in words.</param>
public sealed record MonitorReport(
    int SettingsVersion,
    TimeSpan Interval,
    long LastBeat,
    IReadOnlyList<HeartbeatTarget> Targets,
    IReadOnlyList<Heartbeat> Heartbeats,
    IReadOnlyList<string> Notices);

/// <summary>Heartbeats that came.</summary>
/// <param name="Beats">The heartbeats, oldest first.</param>
/// <param name="Last">The number of the newest one of all.</param>
public sealed record MonitorBeats(IReadOnlyList<Heartbeat> Beats, long Last);

/// <summary>Asks for targets to be checked now.</summary>
/// <param name="Keys">The targets, by <see cref="HeartbeatKey"/>.</param>
public sealed record MonitorCheckRequest(IReadOnlyList<string> Keys);

/// <summary>Asks the monitor to take its settings and targets over.</summary>
/// <param name="Version">The version that the settings have at least.</param>
public sealed record MonitorReload(int Version);

/// <summary>Asks how targets were.</summary>
/// <param name="From">Where the period begins.</param>
/// <param name="To">Where it ends.</param>
public sealed record MonitorHistoryRequest(DateTimeOffset From, DateTimeOffset To);

/// <summary>How targets were.</summary>
/// <param name="Targets">Each target that was watched in the period.</param>
public sealed record MonitorHistory(IReadOnlyList<HeartbeatHistory> Targets);

/// <summary>How settings and messages of the monitor are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MonitorSettings))]
[JsonSerializable(typeof(MonitorReport))]
[JsonSerializable(typeof(MonitorBeats))]
[JsonSerializable(typeof(MonitorCheckRequest))]
[JsonSerializable(typeof(MonitorReload))]
[JsonSerializable(typeof(MonitorHistoryRequest))]
[JsonSerializable(typeof(MonitorHistory))]
[JsonSerializable(typeof(IReadOnlyList<HeartbeatTarget>))]
public sealed partial class MonitorJson : JsonSerializerContext;
