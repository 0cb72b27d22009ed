using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DevOps.LocalCloud.Api;

// The shapes of https://docs.digitalocean.com/reference/api/, property by property; names are written in snake case.
internal sealed record ErrorAnswer(string Id, string Message, string RequestId);

internal sealed record PageLinks(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? First,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Prev,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Last);

internal sealed record ListLinks([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PageLinks? Pages);

internal sealed record ListMeta(int Total);

internal sealed record AccountTeam(string Uuid, string Name);

internal sealed record AccountBody(
    int DropletLimit,
    int FloatingIpLimit,
    string Email,
    string Name,
    string Uuid,
    bool EmailVerified,
    string Status,
    string StatusMessage,
    AccountTeam Team);

internal sealed record AccountAnswer(AccountBody Account);

internal sealed record KeyBody(long Id, string Fingerprint, string PublicKey, string Name);

internal sealed record KeyAnswer(KeyBody SshKey);

internal sealed record KeyListAnswer(IReadOnlyList<KeyBody> SshKeys, ListLinks Links, ListMeta Meta);

internal sealed record KeyRequest(string? Name, string? PublicKey);

internal sealed record SizeBody(
    string Slug,
    int Memory,
    int Vcpus,
    int Disk,
    decimal Transfer,
    decimal PriceMonthly,
    decimal PriceHourly,
    IReadOnlyList<string> Regions,
    bool Available,
    string Description);

internal sealed record SizeListAnswer(IReadOnlyList<SizeBody> Sizes, ListLinks Links, ListMeta Meta);

internal sealed record RegionBody(string Name, string Slug, IReadOnlyList<string> Features, bool Available, IReadOnlyList<string> Sizes);

internal sealed record RegionListAnswer(IReadOnlyList<RegionBody> Regions, ListLinks Links, ListMeta Meta);

internal sealed record ImageBody(
    long Id,
    string Name,
    string Distribution,
    string Slug,
    bool Public,
    IReadOnlyList<string> Regions,
    string Type,
    int MinDiskSize,
    decimal SizeGigabytes,
    string Description,
    IReadOnlyList<string> Tags,
    string Status,
    DateTimeOffset CreatedAt);

internal sealed record ImageAnswer(ImageBody Image);

internal sealed record ImageListAnswer(IReadOnlyList<ImageBody> Images, ListLinks Links, ListMeta Meta);

internal sealed record AddressBody(string IpAddress, string Netmask, string Gateway, string Type);

internal sealed record NetworksBody(IReadOnlyList<AddressBody> V4, IReadOnlyList<AddressBody> V6);

internal sealed record DropletBody(
    long Id,
    string Name,
    int Memory,
    int Vcpus,
    int Disk,
    bool Locked,
    string Status,
    DateTimeOffset CreatedAt,
    ImmutableArray<string> Features,
    IReadOnlyList<long> BackupIds,
    JsonElement? NextBackupWindow,
    IReadOnlyList<long> SnapshotIds,
    ImageBody Image,
    IReadOnlyList<string> VolumeIds,
    SizeBody Size,
    string SizeSlug,
    NetworksBody Networks,
    RegionBody Region,
    ImmutableSortedSet<string> Tags,
    string VpcUuid);

internal sealed record ActionLink(long Id, string Rel, string Href);

internal sealed record CreateLinks(IReadOnlyList<ActionLink> Actions);

internal sealed record DropletAnswer(DropletBody Droplet);

internal sealed record DropletCreatedAnswer(DropletBody Droplet, CreateLinks Links);

internal sealed record DropletsCreatedAnswer(IReadOnlyList<DropletBody> Droplets, CreateLinks Links);

internal sealed record DropletListAnswer(IReadOnlyList<DropletBody> Droplets, ListLinks Links, ListMeta Meta);

internal sealed record DropletRequest(
    string? Name,
    IReadOnlyList<string>? Names,
    string? Size,
    JsonElement Image,
    string? Region,
    IReadOnlyList<JsonElement>? SshKeys,
    bool Backups,
    bool Ipv6,
    bool Monitoring,
    IReadOnlyList<string>? Tags,
    string? UserData,
    string? VpcUuid,
    IReadOnlyList<string>? Volumes,
    bool? WithDropletAgent);

internal sealed record ActionRequest(string? Type, string? Name);

internal sealed record ActionBody(
    long Id,
    string Status,
    string Type,
    DateTimeOffset StartedAt,
    DateTimeOffset? CompletedAt,
    long ResourceId,
    string ResourceType,
    RegionBody Region,
    string RegionSlug);

internal sealed record ActionAnswer(ActionBody Action);

internal sealed record ActionListAnswer(IReadOnlyList<ActionBody> Actions, ListLinks Links, ListMeta Meta);

internal sealed record ActionsStartedAnswer(IReadOnlyList<ActionBody> Actions);

internal sealed record TaggedBody(int Count, string? LastTaggedUri);

internal sealed record TagResources(int Count, string? LastTaggedUri, TaggedBody Droplets);

internal sealed record TagBody(string Name, TagResources Resources);

internal sealed record TagAnswer(TagBody Tag);

internal sealed record TagListAnswer(IReadOnlyList<TagBody> Tags, ListLinks Links, ListMeta Meta);

internal sealed record TagRequest(string? Name);

internal sealed record TagResourceReference(string? ResourceId, string? ResourceType);

internal sealed record TagResourcesRequest(IReadOnlyList<TagResourceReference>? Resources);

/// <summary>Writes times as the API does: whole seconds of universal time.</summary>
internal sealed class ApiTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
}

/// <summary>How the API's bodies are read and written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(ApiTimeConverter)])]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(AccountAnswer))]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(KeyListAnswer))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(SizeListAnswer))]
[JsonSerializable(typeof(RegionListAnswer))]
[JsonSerializable(typeof(ImageAnswer))]
[JsonSerializable(typeof(ImageListAnswer))]
[JsonSerializable(typeof(DropletAnswer))]
[JsonSerializable(typeof(DropletCreatedAnswer))]
[JsonSerializable(typeof(DropletsCreatedAnswer))]
[JsonSerializable(typeof(DropletListAnswer))]
[JsonSerializable(typeof(DropletRequest))]
[JsonSerializable(typeof(ActionRequest))]
[JsonSerializable(typeof(ActionAnswer))]
[JsonSerializable(typeof(ActionListAnswer))]
[JsonSerializable(typeof(ActionsStartedAnswer))]
[JsonSerializable(typeof(TagAnswer))]
[JsonSerializable(typeof(TagListAnswer))]
[JsonSerializable(typeof(TagRequest))]
[JsonSerializable(typeof(TagResourcesRequest))]
internal sealed partial class ApiJson : JsonSerializerContext;
