using DevOps.Core.Fleets;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Hosts;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Flags;

/// <summary>Three droplets with a feature flag server, for the tests of <see cref="FlagFleetGroup"/>.</summary>
/// <param name="cloud">The cloud.</param>
public sealed class FlagFleet(LocalCloudFixture cloud) : IAsyncLifetime
{
    /// <summary>The name of the fleet and of the server.</summary>
    public const string Name = "flags";

    public FlagServerStore Store { get; } = new(cloud.State);

    public FlagServerConnector Connector { get; } = new(cloud.State);

    public FlagServerStatus Status => new(Connector, Store);

    /// <summary>How the server was when it had been installed.</summary>
    public FeatureFlagServer AtFirst { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await CreateDropletsAsync();
        AtFirst = await InstallAsync(new Told());
    }

    public async ValueTask DisposeAsync()
    {
        using var session = cloud.Open();
        await new DropletRemoval(cloud.State, session).RemoveAsync(await session.Droplets.ListAsync(Name, CancellationToken.None), new Told(), CancellationToken.None);
    }

    /// <summary>Makes the droplets that are missing.</summary>
    public async Task<IReadOnlyList<Droplet>> CreateDropletsAsync()
    {
        using var session = cloud.Open();
        return (await new FleetService(cloud.State, session).CreateAsync(new FleetRequest(Name, 3), new Told(), CancellationToken.None)).Droplets;
    }

    public async Task<Droplet> DropletAsync(string name)
    {
        using var session = cloud.Open();
        return await session.Droplets.GetAsync(name, CancellationToken.None);
    }

    public async Task RemoveDropletAsync(string name)
    {
        using var session = cloud.Open();
        await new DropletRemoval(cloud.State, session).RemoveAsync([await DropletAsync(name)], new Told(), CancellationToken.None);
    }

    public Task<FeatureFlagServer> InstallAsync(Told told) =>
        new FlagServerInstaller(cloud.State).InstallAsync(new FlagServerInstallation(Name, Name, LocalCloudFixture.Connection), told, TestContext.Current.CancellationToken);

    public Task<FeatureFlagServer> ReadAsync() => Status.ReadAsync(Name, TestContext.Current.CancellationToken);

    public Task<FlagServerConnection> OpenAsync(FlagServerUser user) => Connector.OpenAsync(Name, user, TestContext.Current.CancellationToken);

    /// <summary>Runs a command at a node.</summary>
    /// <returns>Its output.</returns>
    public async Task<string> RunAsync(string node, string command)
    {
        await using var host = await new HostConnector(cloud.State).ConnectAsync(await DropletAsync(node), TestContext.Current.CancellationToken);
        var result = await host.RunAsync(command, ct: TestContext.Current.CancellationToken);
        return result.Output + result.ErrorOutput;
    }
}
