using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DevOps.Core.DigitalOcean;

/// <summary>The account behind a token, as the API describes it.</summary>
/// <param name="Uuid">Its identity.</param>
/// <param name="Email">Its e-mail address.</param>
/// <param name="DropletLimit">How many droplets it may have.</param>
/// <param name="Status"><c>active</c>, <c>warning</c> or <c>locked</c>.</param>
/// <param name="StatusMessage">Why, when it is not active.</param>
public sealed record ApiAccount(string Uuid, string Email, int DropletLimit, string Status, string? StatusMessage);

/// <summary>A size of droplet.</summary>
/// <param name="Slug">Its name in requests.</param>
/// <param name="Memory">Memory in MB.</param>
/// <param name="Vcpus">Virtual processors.</param>
/// <param name="Disk">Disk in GB.</param>
/// <param name="PriceMonthly">US dollars a month.</param>
/// <param name="PriceHourly">US dollars an hour.</param>
/// <param name="Regions">The regions that have it.</param>
/// <param name="Available">Whether new droplets may have it.</param>
public sealed record ApiSize(
    string Slug,
    int Memory,
    int Vcpus,
    int Disk,
    decimal PriceMonthly,
    decimal PriceHourly,
    IReadOnlyList<string>? Regions,
    bool Available);

/// <summary>A region.</summary>
/// <param name="Slug">Its name in requests.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Available">Whether new droplets may be made there.</param>
/// <param name="Sizes">The sizes it has.</param>
public sealed record ApiRegion(string Slug, string? Name, bool Available, IReadOnlyList<string>? Sizes);

/// <summary>An image from which droplets are made.</summary>
/// <param name="Id">The API's number for it.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Distribution">The system in it.</param>
/// <param name="Slug">Its name in requests; private images have none.</param>
public sealed record ApiImage(long Id, string? Name, string? Distribution, string? Slug);

/// <summary>A public key of the account.</summary>
/// <param name="Id">The API's number for it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Fingerprint">Its MD5 fingerprint.</param>
/// <param name="PublicKey">The key, as in <c>authorized_keys</c>.</param>
public sealed record ApiKey(long Id, string Name, string Fingerprint, string PublicKey);

/// <summary>A piece of work that the API does in its own time.</summary>
/// <param name="Id">The API's number for it.</param>
/// <param name="Status"><c>in-progress</c>, <c>completed</c> or <c>errored</c>.</param>
/// <param name="Type">What it does, such as <c>power_off</c>.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="CompletedAt">When it ended.</param>
/// <param name="ResourceId">The droplet it is done to.</param>
public sealed record ApiAction(long Id, string Status, string Type, DateTimeOffset? StartedAt, DateTimeOffset? CompletedAt, long? ResourceId);

/// <summary>What is sent to make one droplet.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Region">The region's slug.</param>
/// <param name="Size">The size's slug.</param>
/// <param name="Image">The image's slug, or the number of one that has none.</param>
/// <param name="SshKeys">Fingerprints of the keys that may enter as root.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="UserData">What cloud-init reads at its first start; it may hold secrets.</param>
public sealed record DropletCreateRequest(
    string Name,
    string Region,
    string Size,
    [property: JsonConverter(typeof(ImageConverter))] string Image,
    IReadOnlyList<string> SshKeys,
    IReadOnlyList<string> Tags,
    string? UserData)
{
    /// <summary>Names the droplet, without the user data.</summary>
    /// <returns>Name, size, region and image.</returns>
    public override string ToString() => $"{Name} ({Size}, {Region}, {Image})";
}

/// <summary>Writes an image's slug as text and its number as a number, as the API wants them.</summary>
internal sealed class ImageConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetInt64().ToString(CultureInfo.InvariantCulture) : reader.GetString();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) writer.WriteNumberValue(number);
        else writer.WriteStringValue(value);
    }
}

internal sealed record ApiDroplet(
    long Id,
    string Name,
    string Status,
    DateTimeOffset CreatedAt,
    ApiDropletRegion? Region,
    string? SizeSlug,
    ApiDropletSize? Size,
    ApiNetworks? Networks,
    IReadOnlyList<string>? Tags);

internal sealed record ApiDropletRegion(string Slug);

internal sealed record ApiDropletSize(decimal PriceMonthly);

internal sealed record ApiNetworks(IReadOnlyList<ApiAddress>? V4);

internal sealed record ApiAddress(string IpAddress, string Type);

internal sealed record ApiPage
{
    public ApiAccount? Account { get; init; }

    public ApiDroplet? Droplet { get; init; }

    public IReadOnlyList<ApiDroplet>? Droplets { get; init; }

    public IReadOnlyList<ApiSize>? Sizes { get; init; }

    public IReadOnlyList<ApiRegion>? Regions { get; init; }

    public IReadOnlyList<ApiImage>? Images { get; init; }

    public ApiKey? SshKey { get; init; }

    public IReadOnlyList<ApiKey>? SshKeys { get; init; }

    public ApiAction? Action { get; init; }

    public ApiLinks? Links { get; init; }

    public ApiMeta? Meta { get; init; }
}

internal sealed record ApiLinks(ApiPageLinks? Pages);

internal sealed record ApiPageLinks(string? Next);

internal sealed record ApiMeta(int Total);

internal sealed record ApiError(string? Id, string? Message, string? RequestId);

internal sealed record NamedRequest(string Name);

internal sealed record KeyRequest(string Name, string PublicKey);

internal sealed record ActionRequest(string Type);

internal sealed record TaggedResources(IReadOnlyList<TaggedResource> Resources);

internal sealed record TaggedResource(string ResourceId, string ResourceType);

/// <summary>How the API's JSON is read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiPage))]
[JsonSerializable(typeof(ApiError))]
[JsonSerializable(typeof(NamedRequest))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(ActionRequest))]
[JsonSerializable(typeof(TaggedResources))]
[JsonSerializable(typeof(DropletCreateRequest))]
internal sealed partial class ApiJson : JsonSerializerContext;
