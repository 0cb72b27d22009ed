using DevOps.Core.Fleets;
using DevOps.Core.Hosts;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Hosting;

/// <summary>Two droplets for all tests that do them no harm, made when the first of them asks.</summary>
/// <param name="cloud">The cloud.</param>
public sealed class FleetOfTwo(LocalCloudFixture cloud)
{
    /// <summary>The fleet's name.</summary>
    public const string Name = "pair";

    private readonly Lock _once = new();
    private Task<DropletFleet>? _fleet;

    /// <summary>What was told while they were made.</summary>
    public Told Told { get; } = new();

    /// <summary>Gets the droplets.</summary>
    /// <returns>Both, ready.</returns>
    public async Task<IReadOnlyList<Droplet>> GetAsync()
    {
        lock (_once) _fleet ??= CreateAsync();
        return (await _fleet).Droplets;
    }

    /// <summary>Connects to the first droplet.</summary>
    /// <returns>The session.</returns>
    public async Task<HostSession> ConnectAsync() =>
        await new HostConnector(cloud.State).ConnectAsync((await GetAsync())[0], TestContext.Current.CancellationToken);

    private async Task<DropletFleet> CreateAsync()
    {
        using var session = cloud.Open();
        // Not the asking test's own token: other tests wait for the same droplets.
        return await new FleetService(cloud.State, session).CreateAsync(new FleetRequest(Name, 2), Told, CancellationToken.None);
    }
}
