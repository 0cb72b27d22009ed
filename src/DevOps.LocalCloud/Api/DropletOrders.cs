using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DevOps.LocalCloud.Droplets;

namespace DevOps.LocalCloud.Api;

/// <summary>Checks a request for droplets the way the API does, with its sentences.</summary>
internal static partial class DropletOrders
{
    private const int MostNames = 10;
    private const int LongestUserData = 64 * 1024;

    /// <summary>Checks a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="state">Knows the account's keys.</param>
    /// <returns>The order.</returns>
    /// <exception cref="ApiException">What is wrong with it.</exception>
    public static DropletOrder Check(DropletRequest request, CloudState state)
    {
        RefuseWhatIsNotHere(request);
        var names = Names(request);
        var size = Catalog.Sizes.FirstOrDefault(candidate => candidate.Slug == request.Size)
            ?? throw ApiException.Unprocessable("You specified an invalid size for Droplet creation.");
        var image = Catalog.Images.FirstOrDefault(candidate => IsImage(candidate, request.Image))
            ?? throw ApiException.Unprocessable("You specified an invalid image for Droplet creation.");
        var region = Catalog.Regions.FirstOrDefault(candidate => candidate.Slug == (request.Region ?? Catalog.DefaultRegion))
            ?? throw ApiException.Unprocessable("You specified an invalid region for Droplet creation.");
        var keys = (request.SshKeys ?? []).Select(key => KeyEndpoints.Find(state, AsText(key))?.PublicKey
            ?? throw ApiException.Unprocessable("You specified invalid ssh key ids for Droplet creation."));
        if (request.UserData is not null && Encoding.UTF8.GetByteCount(request.UserData) > LongestUserData)
        {
            throw ApiException.Unprocessable("User data is too long (maximum is 64 KiB).");
        }

        var tags = (request.Tags ?? []).Select(TagEndpoints.Checked).ToImmutableSortedSet();
        ImmutableArray<string> features = request.Monitoring ? ["monitoring", "private_networking"] : ["private_networking"];
        return new DropletOrder(names, size.Slug, region.Slug, image.Slug, tags, features, [.. keys], request.UserData);
    }

    /// <summary>Checks a droplet's name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The same name.</returns>
    /// <exception cref="ApiException">It cannot be one.</exception>
    public static string CheckedName(string? name) => name is not null && NamePattern().IsMatch(name)
        ? name
        : throw ApiException.Unprocessable("Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)");

    private static void RefuseWhatIsNotHere(DropletRequest request)
    {
        // Promising what then is missing would be found out much later, on the droplet.
        var missing = request.Ipv6 ? "IPv6" : request.Backups ? "backups" : request.Volumes is { Count: > 0 } ? "volumes" : null;
        if (missing is not null) throw ApiException.Unprocessable($"The local cloud has no {missing}.");
    }

    private static List<string> Names(DropletRequest request)
    {
        if (request.Name is not null == request.Names is not null) throw ApiException.Unprocessable("Specify either name or names.");
        var names = request.Name is null ? request.Names!.ToList() : [request.Name];
        if (names.Count == 0) throw ApiException.Unprocessable("Name can't be blank");
        if (names.Count > MostNames) throw ApiException.Unprocessable($"You can create at most {MostNames} Droplets at a time.");
        foreach (var name in names) CheckedName(name);
        return names;
    }

    private static bool IsImage(CatalogImage image, JsonElement name) =>
        AsText(name) is var text && (text == image.Slug || text == image.Id.ToString(CultureInfo.InvariantCulture));

    private static string AsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        _ => string.Empty,
    };

    [GeneratedRegex(@"^(?=.{1,255}\z)[a-zA-Z0-9]?[a-z0-9A-Z.\-]*[a-z0-9A-Z]\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
