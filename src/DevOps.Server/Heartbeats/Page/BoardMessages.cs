using System.Text.Json.Serialization;
using DevOps.Model;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>Everything that the page shows.</summary>
/// <param name="Page">Which version of the page this process serves; a page of another one loads itself anew.</param>
/// <param name="Now">The time of this machine, in milliseconds since 1970.</param>
/// <param name="Beat">The longest time between two events, in milliseconds.</param>
/// <param name="Targets">The targets in their order.</param>
/// <param name="Notices">What the operator must know of the monitor itself.</param>
/// <param name="Balancers">The balancers.</param>
/// <param name="Deployments">The deployments.</param>
internal sealed record SnapshotMessage(
    string Page,
    long Now,
    long Beat,
    IReadOnlyList<TargetMessage> Targets,
    IReadOnlyList<string> Notices,
    IReadOnlyList<BalancerMessage> Balancers,
    IReadOnlyList<DeploymentMessage> Deployments);

/// <summary>A target with its latest beats.</summary>
/// <param name="Key">What it is called in later events.</param>
/// <param name="Name">Its name.</param>
/// <param name="Group">What it belongs to.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Uri">What is checked.</param>
/// <param name="Uptime">The uptime of the day in per cent.</param>
/// <param name="Line">The latest latencies, see <see cref="BeatLine"/>.</param>
/// <param name="Last">The latest beat; nothing before the first.</param>
internal sealed record TargetMessage(string Key, string Name, string? Group, string? Environment, string Uri, double? Uptime, double[] Line, BeatMessage? Last);

/// <summary>A beat. When nothing but the latency is new, the rest is not said again.</summary>
/// <param name="Key">The target.</param>
/// <param name="State">How it is.</param>
/// <param name="At">When it was checked, in milliseconds since 1970.</param>
/// <param name="Latency">How long the check took, in milliseconds.</param>
/// <param name="Since">When it came to be in this state, in milliseconds since 1970; nothing when all that follows is as it was.</param>
/// <param name="Cause">Why it is not up.</param>
/// <param name="Evidence">What the check saw.</param>
/// <param name="Release">The release that it serves.</param>
/// <param name="Role">The part that it plays.</param>
internal sealed record BeatMessage(
    string Key,
    HeartbeatState State,
    long At,
    double? Latency,
    long? Since,
    string? Cause,
    string? Evidence,
    string? Release,
    ApplicationRole? Role);

/// <summary>Beats that came at about the same time.</summary>
/// <param name="Beats">The beats, oldest first.</param>
internal sealed record BeatsMessage(IReadOnlyList<BeatMessage> Beats);

/// <summary>Which targets there are now.</summary>
/// <param name="Beat">The longest time between two events, in milliseconds.</param>
/// <param name="Order">The keys of all, in their order.</param>
/// <param name="Added">Those that are new, or whose address changed.</param>
internal sealed record TargetsMessage(long Beat, IReadOnlyList<string> Order, IReadOnlyList<TargetMessage> Added);

/// <summary>That the monitor is alive.</summary>
/// <param name="Now">The time of this machine, in milliseconds since 1970.</param>
/// <param name="IsSilent">Whether no target was checked for longer than it ever should take, although the process lives.</param>
internal sealed record TickMessage(long Now, [property: JsonPropertyName("silent")] bool IsSilent);

/// <summary>A balancer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Uri">Where it serves.</param>
/// <param name="Split">The weights of production and canary.</param>
/// <param name="Requests">How many requests it has answered.</param>
/// <param name="Failures">How many of them with a 5xx.</param>
/// <param name="InFlight">How many it is answering.</param>
/// <param name="Backends">What it asks.</param>
internal sealed record BalancerMessage(string Name, BalancerState State, string Uri, string Split, long Requests, long Failures, long InFlight, IReadOnlyList<BackendMessage> Backends);

/// <summary>An instance behind a balancer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uri">Where it is asked.</param>
/// <param name="Role">What part it plays.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="Share">Its part of the requests at this moment, in per cent.</param>
/// <param name="State">How it stands.</param>
/// <param name="Cause">Why it is not up.</param>
/// <param name="Requests">How many requests it was asked.</param>
/// <param name="Errors">How many of them it failed.</param>
/// <param name="InFlight">How many it is answering.</param>
/// <param name="Latency">What 95 of 100 answers took at most, in milliseconds.</param>
internal sealed record BackendMessage(
    string Name,
    string Uri,
    ApplicationRole Role,
    int Weight,
    double Share,
    BackendState State,
    string? Cause,
    long Requests,
    long Errors,
    long InFlight,
    double? Latency);

/// <summary>A deployment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it was asked to do.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Commit">The commit.</param>
/// <param name="State">How far it is.</param>
/// <param name="Cause">Why it failed, was stopped or was superseded.</param>
/// <param name="StartedBy">Who asked for it.</param>
/// <param name="StartedAt">When, in milliseconds since 1970.</param>
/// <param name="EndedAt">When it ended, in milliseconds since 1970.</param>
/// <param name="Steps">How many lines its story has.</param>
/// <param name="Last">The last line of its story.</param>
internal sealed record DeploymentMessage(
    string Id,
    DeploymentKind Kind,
    string Environment,
    string? Commit,
    DeploymentState State,
    string? Cause,
    string StartedBy,
    long StartedAt,
    long? EndedAt,
    int Steps,
    StepMessage? Last);

/// <summary>A line of a deployment's story.</summary>
/// <param name="At">When, in milliseconds since 1970.</param>
/// <param name="Application">The application.</param>
/// <param name="Instance">The droplet.</param>
/// <param name="Message">What happened.</param>
internal sealed record StepMessage(long At, string? Application, string? Instance, string Message);
