using System.Collections.Immutable;
using System.Text.Json.Serialization;
using DevOps.LocalCloud.Containers;

namespace DevOps.LocalCloud.Droplets;

/// <summary>The states of a droplet, in the API's words.</summary>
internal static class DropletState
{
    public const string New = "new";
    public const string Active = "active";
    public const string Off = "off";
}

/// <summary>The states of an action, in the API's words.</summary>
internal static class ActionState
{
    public const string InProgress = "in-progress";
    public const string Completed = "completed";
    public const string Errored = "errored";
}

/// <summary>A droplet as it is kept.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status">One of <see cref="DropletState"/>.</param>
/// <param name="Size">The size's slug.</param>
/// <param name="Region">The region's slug.</param>
/// <param name="Image">The image's slug.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Features">Its features.</param>
/// <param name="Host">Its host number in both subnets.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="PendingAction">The action that is at work on it, if one is.</param>
/// <param name="Process">Its container's first process when it was last started.</param>
internal sealed record DropletRecord(
    long Id,
    string Name,
    string Status,
    string Size,
    string Region,
    string Image,
    ImmutableSortedSet<string> Tags,
    ImmutableArray<string> Features,
    int Host,
    DateTimeOffset CreatedAt,
    long? PendingAction,
    ContainerProcess? Process);

/// <summary>An SSH key of the account.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="PublicKey">The key, as a line of an <c>authorized_keys</c> file.</param>
/// <param name="Fingerprint">MD5 of the key, the way the API has it.</param>
internal sealed record KeyRecord(long Id, string Name, string PublicKey, string Fingerprint);

/// <summary>Something done to a droplet.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Type">What is done, such as <c>create</c> or <c>power_on</c>.</param>
/// <param name="Status">One of <see cref="ActionState"/>.</param>
/// <param name="DropletId">The droplet.</param>
/// <param name="Region">The droplet's region.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="CompletedAt">When it ended.</param>
internal sealed record ActionRecord(
    long Id,
    string Type,
    string Status,
    long DropletId,
    string Region,
    DateTimeOffset StartedAt,
    DateTimeOffset? CompletedAt);

/// <summary>Everything that a cloud remembers.</summary>
internal sealed record CloudState
{
    /// <summary>The only token that is accepted.</summary>
    public required string Token { get; init; }

    /// <summary>The account's id.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>The number that the next thing gets. No number is ever used twice.</summary>
    public long NextId { get; init; } = 100_001;

    /// <summary>The networks, once there are any.</summary>
    public CloudNetworks? Networks { get; init; }

    /// <summary>Whether the droplets were stopped together with the cloud and come back with it.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>The droplets by number.</summary>
    public ImmutableSortedDictionary<long, DropletRecord> Droplets { get; init; } = ImmutableSortedDictionary<long, DropletRecord>.Empty;

    /// <summary>The keys by number.</summary>
    public ImmutableSortedDictionary<long, KeyRecord> Keys { get; init; } = ImmutableSortedDictionary<long, KeyRecord>.Empty;

    /// <summary>The actions by number.</summary>
    public ImmutableSortedDictionary<long, ActionRecord> Actions { get; init; } = ImmutableSortedDictionary<long, ActionRecord>.Empty;

    /// <summary>The tags, those without a droplet too.</summary>
    public ImmutableSortedSet<string> Tags { get; init; } = [];
}

/// <summary>How the state file is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CloudState))]
internal sealed partial class CloudStateJson : JsonSerializerContext;
