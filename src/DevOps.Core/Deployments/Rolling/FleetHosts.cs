using DevOps.Model;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>The hosts of one application: one connection each for as long as it is needed, or why there is none.</summary>
internal sealed class FleetHosts : IAsyncDisposable
{
    // sshd turns away at random what exceeds ten connections that are not let in yet, which concerns one host; this bounds this side.
    private const int ConnectionsAtOnce = 10;

    private readonly IReadOnlyList<FleetHost> _hosts;

    private FleetHosts(string application, IReadOnlyList<FleetHost> hosts)
    {
        Application = application;
        _hosts = hosts;
    }

    /// <summary>The application's name.</summary>
    public string Application { get; }

    /// <summary>All hosts in their usual order.</summary>
    public IReadOnlyList<FleetHost> All => _hosts;

    /// <summary>Gets a host.</summary>
    /// <param name="instance">The droplet's name.</param>
    /// <returns>The host.</returns>
    public FleetHost this[string instance] => _hosts.First(host => host.Instance == instance);

    /// <summary>The part that a host plays.</summary>
    /// <param name="host">The host.</param>
    /// <param name="canaries">How many canaries the application has.</param>
    /// <returns>Its role.</returns>
    public ApplicationRole RoleOf(FleetHost host, int canaries) => RoleOf(_hosts.TakeWhile(candidate => candidate != host).Count(), _hosts.Count, canaries);

    /// <summary>The part that the droplet at a position of a fleet plays: the last ones are the canaries, and the first one never is, for somebody must do the work.</summary>
    /// <param name="position">The position, from 0 on.</param>
    /// <param name="count">How many droplets the fleet has.</param>
    /// <param name="canaries">How many canaries the application has.</param>
    /// <returns>Its role.</returns>
    public static ApplicationRole RoleOf(int position, int count, int canaries) =>
        position > 0 && position >= count - canaries ? ApplicationRole.Canary : ApplicationRole.Production;

    /// <summary>
    /// Connects to all droplets of a fleet at the same time, in order to change them: a host that fails for a reason that
    /// waiting cannot mend, such as a wrong host key, ends it all before anything is done.
    /// </summary>
    /// <param name="fleets">Where fleets are found.</param>
    /// <param name="fleet">The fleet's name.</param>
    /// <param name="application">The application's name.</param>
    /// <param name="ct">Ends the attempts.</param>
    /// <returns>The hosts, those included that do not answer.</returns>
    /// <exception cref="DevOpsException"><c>FleetNotFound</c>, <c>DropletNotReady</c>, <c>HostKeyMismatch</c>, <c>SshAuthenticationFailed</c>.</exception>
    public static Task<FleetHosts> OpenAsync(IDeploymentFleets fleets, string fleet, string application, CancellationToken ct) =>
        OpenAsync(fleets, fleet, application, isLenient: false, ct);

    /// <summary>
    /// Connects to all droplets of a fleet at the same time, in order to look at each or to bring it back: whatever is wrong
    /// with a host, a droplet that was never finished for example, concerns that host alone.
    /// </summary>
    /// <param name="fleets">Where fleets are found.</param>
    /// <param name="fleet">The fleet's name.</param>
    /// <param name="application">The application's name.</param>
    /// <param name="ct">Ends the attempts.</param>
    /// <returns>The hosts, those included that could not be reached for whatever reason.</returns>
    /// <exception cref="DevOpsException"><c>FleetNotFound</c>.</exception>
    public static Task<FleetHosts> OpenEachAsync(IDeploymentFleets fleets, string fleet, string application, CancellationToken ct) =>
        OpenAsync(fleets, fleet, application, isLenient: true, ct);

    /// <summary>Closes all connections.</summary>
    /// <returns>A task that ends once they are closed.</returns>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_hosts.Select(host => host.DisposeAsync().AsTask()));

    private static async Task<FleetHosts> OpenAsync(IDeploymentFleets fleets, string fleet, string application, bool isLenient, CancellationToken ct)
    {
        var droplets = await fleets.ListAsync(fleet, ct);
        if (droplets.Count == 0)
        {
            throw new DevOpsException(
                "FleetNotFound",
                FailureKind.NotFound,
                $"There is no fleet called '{fleet}', which is to carry '{application}'.",
                $"New-DropletFleet -Name {fleet} makes it; Get-DropletFleet lists the fleets.",
                fleet);
        }

        var hosts = new FleetHosts(application, [.. droplets.Select(droplet => new FleetHost(fleets, droplet, application, isLenient))]);
        using var atOnce = new SemaphoreSlim(ConnectionsAtOnce);
        try
        {
            await Task.WhenAll(hosts.All.Select(async host =>
            {
                await atOnce.WaitAsync(ct);
                try
                {
                    await host.ConnectAsync(ct);
                }
                finally
                {
                    atOnce.Release();
                }
            }));
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }
}
