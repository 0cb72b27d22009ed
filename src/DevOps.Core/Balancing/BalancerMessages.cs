using System.Text.Json.Serialization;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>The paths that a balancer's administration socket understands beside those of every server.</summary>
public static class BalancerPaths
{
    /// <summary>GET: a <see cref="BalancerReport"/>.</summary>
    public const string Report = "report";

    /// <summary>
    /// GET <c>events?after=ID&amp;wait=SECONDS</c>: a <see cref="BalancerEvents"/> with what happened after an event,
    /// waiting that long for something to happen.
    /// </summary>
    public const string Events = "events";

    /// <summary>POST a <see cref="ReloadRequest"/>: takes the settings file over; the answer, a <see cref="BalancerReport"/>, comes when they are in effect.</summary>
    public const string Reload = "reload";

    /// <summary>POST a <see cref="HoldRequest"/>: takes a backend out for a while, as a deployment does with an instance that it updates.</summary>
    public const string Hold = "hold";

    /// <summary>GET: a <see cref="BalancerHolds"/> with what is held at this moment; a successor asks for it.</summary>
    public const string Holds = "holds";

    /// <summary>
    /// POST a <see cref="HandoverRequest"/>: starts a successor that inherits the listening socket, waits until it serves,
    /// and then finishes what is in flight and ends. The answer is the successor's <c>ServerStatus</c>.
    /// </summary>
    public const string Handover = "handover";

    /// <summary>GET: the counters as Prometheus reads them.</summary>
    public const string Metrics = "metrics";
}

/// <summary>How a balancer and its backends are.</summary>
/// <param name="SettingsVersion">The version of the settings in effect.</param>
/// <param name="Split">The split in effect, such as <c>2:1</c>.</param>
/// <param name="Requests">Requests answered since the process began.</param>
/// <param name="Failures">Those answered with a 5xx.</param>
/// <param name="InFlight">Requests being answered.</param>
/// <param name="LastEvent">The number of the newest event.</param>
/// <param name="Backends">The backends.</param>
public sealed record BalancerReport(
    int SettingsVersion,
    string Split,
    long Requests,
    long Failures,
    long InFlight,
    long LastEvent,
    IReadOnlyList<BackendReport> Backends);

/// <summary>How a backend is. Counters only grow, so that two reports tell what happened between them.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uri">Where it is asked.</param>
/// <param name="Role">What part it plays.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="State">How it stands.</param>
/// <param name="Cause">Why it is not up.</param>
/// <param name="Since">Since when it stands so.</param>
/// <param name="Requests">Attempts: how often it was asked.</param>
/// <param name="Errors">Attempts that failed: no connection, a broken answer, no answer in time, or a 5xx.</param>
/// <param name="InFlight">Attempts under way.</param>
/// <param name="Latencies">The times from asking to the beginning of the answer, of all attempts that got one.</param>
public sealed record BackendReport(
    string Name,
    Uri Uri,
    ApplicationRole Role,
    int Weight,
    BackendState State,
    string? Cause,
    DateTimeOffset Since,
    long Requests,
    long Errors,
    long InFlight,
    IReadOnlyList<LatencyBucket> Latencies);

/// <summary>How many latencies fell between two bounds of a <see cref="LatencyHistogram"/>.</summary>
/// <param name="Index">The bucket's number.</param>
/// <param name="Count">How many.</param>
public sealed record LatencyBucket(int Index, long Count);

/// <summary>What happened at a balancer.</summary>
/// <param name="Events">The events, oldest first.</param>
/// <param name="Last">The number of the newest event.</param>
public sealed record BalancerEvents(IReadOnlyList<BalancerEvent> Events, long Last);

/// <summary>Asks a balancer to take its settings file over.</summary>
/// <param name="Version">The version that the file has at least.</param>
/// <param name="Cause">Who changed what, in words; becomes the event's cause.</param>
public sealed record ReloadRequest(int Version, string Cause);

/// <summary>
/// Takes a backend out for a while. It comes back when it is released or when the time is over, so that a process that
/// dies while it holds a backend takes nothing away for good.
/// </summary>
/// <param name="Backend">The backend's name, or its address as <c>host:port</c>.</param>
/// <param name="Owner">Who holds it, such as a deployment's id.</param>
/// <param name="Duration">For how long; zero releases it.</param>
/// <param name="Cause">Why, in words.</param>
public sealed record HoldRequest(string Backend, string Owner, TimeSpan Duration, string Cause);

/// <summary>A backend that is taken out for a while.</summary>
/// <param name="Backend">The backend's name.</param>
/// <param name="Owner">Who holds it.</param>
/// <param name="Until">When it comes back by itself.</param>
/// <param name="Cause">Why, in words.</param>
public sealed record BalancerHold(string Backend, string Owner, DateTimeOffset Until, string Cause);

/// <summary>What is held.</summary>
/// <param name="Holds">The holds.</param>
public sealed record BalancerHolds(IReadOnlyList<BalancerHold> Holds);

/// <summary>Asks a balancer to start its successor and to give it the listening socket.</summary>
/// <param name="Dotnet">The <c>dotnet</c> host that runs the successor.</param>
/// <param name="Program">The successor's program, which may be of a newer version.</param>
public sealed record HandoverRequest(string Dotnet, string Program);

/// <summary>How the messages are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BalancerReport))]
[JsonSerializable(typeof(BalancerEvents))]
[JsonSerializable(typeof(BalancerEvent))]
[JsonSerializable(typeof(ReloadRequest))]
[JsonSerializable(typeof(HoldRequest))]
[JsonSerializable(typeof(BalancerHolds))]
[JsonSerializable(typeof(HandoverRequest))]
public sealed partial class BalancerJson : JsonSerializerContext;
