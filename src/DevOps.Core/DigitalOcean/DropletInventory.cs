using System.Globalization;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.DigitalOcean;

/// <summary>What exists, read from the API's tags each time.</summary>
public sealed class DropletInventory
{
    private readonly DigitalOceanClient _client;
    private readonly SeenNames _names;

    internal DropletInventory(DigitalOceanClient client, SeenNames names)
    {
        _client = client;
        _names = names;
    }

    /// <summary>Lists droplets.</summary>
    /// <param name="fleet">Only those of this fleet, or nothing for all of the account.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The droplets, ordered by name the way people count: <c>web-2</c> before <c>web-10</c>.</returns>
    public async Task<IReadOnlyList<Droplet>> ListAsync(string? fleet, CancellationToken ct)
    {
        var droplets = await _client.ListDropletsAsync(fleet is null ? null : DropletTags.FleetPrefix + fleet, ct);
        if (fleet is null) Remember(droplets);
        return Order(droplets);
    }

    /// <summary>Lists the fleets.</summary>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The fleets, by name.</returns>
    public async Task<IReadOnlyList<DropletFleet>> ListFleetsAsync(CancellationToken ct)
    {
        var droplets = await _client.ListDropletsAsync(DropletTags.ManagedBy, ct);
        Remember(droplets);
        return [.. droplets
            .Where(droplet => droplet.Fleet is not null)
            .GroupBy(droplet => droplet.Fleet!, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => ToFleet(group.Key, group))];
    }

    /// <summary>Gets a fleet.</summary>
    /// <param name="name">Its exact name.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The fleet.</returns>
    /// <exception cref="DevOpsException"><c>FleetNotFound</c>.</exception>
    public async Task<DropletFleet> GetFleetAsync(string name, CancellationToken ct)
    {
        var fleet = ToFleet(name, await ListAsync(name, ct));
        return fleet.Count > 0 ? fleet : throw FleetNotFound(name);
    }

    /// <summary>Gets the droplet of an exact name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The droplet.</returns>
    /// <exception cref="DevOpsException"><c>DropletNotFound</c>, <c>DropletNameAmbiguous</c>.</exception>
    public async Task<Droplet> GetAsync(string name, CancellationToken ct)
    {
        var found = (await ListAsync(fleet: null, ct)).Where(droplet => droplet.Name == name).ToArray();
        return found switch
        {
            [var only] => only,
            [] => throw NotFound(name),
            _ => throw new DevOpsException(
                "DropletNameAmbiguous",
                FailureKind.Conflict,
                $"There are {found.Length} droplets called '{name}', with the numbers {string.Join(", ", found.Select(droplet => droplet.Id))}.",
                $"Say which by its number, for example Get-Droplet -Id {found[0].Id.ToString(CultureInfo.InvariantCulture)}.",
                name),
        };
    }

    /// <summary>Gets the droplet of a number.</summary>
    /// <param name="id">The number.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The droplet.</returns>
    /// <exception cref="DevOpsException"><c>DropletNotFound</c>.</exception>
    public async Task<Droplet> GetAsync(long id, CancellationToken ct) =>
        await _client.FindDropletAsync(id, ct) ?? throw NotFound(id.ToString(CultureInfo.InvariantCulture));

    /// <summary>The failure of a droplet that does not exist.</summary>
    /// <param name="name">How it was named.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException NotFound(string name) => new(
        "DropletNotFound",
        FailureKind.NotFound,
        $"There is no droplet '{name}'.",
        "Get-Droplet lists the droplets of the account.",
        name);

    /// <summary>The failure of a fleet that does not exist.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException FleetNotFound(string name) => new(
        "FleetNotFound",
        FailureKind.NotFound,
        $"There is no fleet called '{name}'.",
        "Get-DropletFleet lists the fleets; New-DropletFleet makes one.",
        name);

    /// <summary>Makes a fleet of its droplets.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="droplets">Its droplets in any order.</param>
    /// <returns>The fleet.</returns>
    public static DropletFleet ToFleet(string name, IEnumerable<Droplet> droplets)
    {
        var ordered = Order(droplets);
        return new DropletFleet(name, ordered, ordered.Count(IsReady));
    }

    /// <summary>Whether a droplet is powered on and was once reached over verified SSH after cloud-init had finished.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <returns>Whether it is ready.</returns>
    public static bool IsReady(Droplet droplet) =>
        droplet.Status == DropletStatus.Active && droplet.Tags.Any(tag => tag.StartsWith(DropletTags.HostKeyPrefix, StringComparison.Ordinal));

    private void Remember(IReadOnlyList<Droplet> droplets)
    {
        _names.Remember(NameKind.Droplet, droplets.Select(droplet => droplet.Name));
        _names.Remember(NameKind.Fleet, droplets.Select(droplet => droplet.Fleet).OfType<string>());
    }

    private static IReadOnlyList<Droplet> Order(IEnumerable<Droplet> droplets) =>
        [.. droplets
            .Select(droplet => (Droplet: droplet, Name: SplitName(droplet.Name)))
            .OrderBy(entry => entry.Name.Stem, StringComparer.Ordinal)
            .ThenBy(entry => entry.Name.Number)
            .ThenBy(entry => entry.Droplet.Id)
            .Select(entry => entry.Droplet)];

    private static (string Stem, long Number) SplitName(string name)
    {
        var stem = name.TrimEnd(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        return long.TryParse(name.AsSpan(stem.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (stem, number) : (name, -1);
    }
}
