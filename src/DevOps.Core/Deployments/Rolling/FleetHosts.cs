using DevOps.Core.Deployments.Hosts;
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

    /// <summary>Connects to all droplets of a fleet at the same time.</summary>
    /// <param name="fleets">Where fleets are found.</param>
    /// <param name="fleet">The fleet's name.</param>
    /// <param name="application">The application's name.</param>
    /// <param name="ct">Ends the attempts.</param>
    /// <returns>The hosts, those included that could not be reached.</returns>
    /// <exception cref="DevOpsException"><c>FleetNotFound</c>.</exception>
    public static async Task<FleetHosts> OpenAsync(IDeploymentFleets fleets, string fleet, string application, CancellationToken ct)
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

        using var atOnce = new SemaphoreSlim(ConnectionsAtOnce);
        var opening = droplets.Select(async droplet =>
        {
            await atOnce.WaitAsync(ct);
            try
            {
                return new FleetHost(droplet, await fleets.ConnectAsync(droplet, application, ct), null);
            }
            catch (DevOpsException failure) when (failure.Kind is FailureKind.Unavailable or FailureKind.Timeout)
            {
                return new FleetHost(droplet, null, failure.Message);
            }
            finally
            {
                atOnce.Release();
            }
        }).ToArray();
        try
        {
            return new FleetHosts(application, await Task.WhenAll(opening));
        }
        catch
        {
            // One host failed for a reason that waiting cannot mend, such as a wrong host key: nothing is done at all.
            foreach (var task in opening.Where(task => task.IsCompletedSuccessfully)) await (await task).DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes all connections.</summary>
    /// <returns>A task that ends once they are closed.</returns>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_hosts.Select(host => host.DisposeAsync().AsTask()));
}

/// <summary>One host of an application.</summary>
/// <param name="Droplet">The droplet.</param>
/// <param name="Connected">The application there, when it was reached.</param>
/// <param name="Unreachable">Why it was not reached.</param>
internal sealed record FleetHost(Droplet Droplet, IApplicationHost? Connected, string? Unreachable) : IAsyncDisposable
{
    /// <summary>The droplet's name.</summary>
    public string Instance => Droplet.Name;

    /// <summary>Looks at the application; a host that does not answer any more is as good as one that was never reached.</summary>
    /// <param name="ct">Ends the look.</param>
    /// <returns>The facts, or why there are none.</returns>
    public async Task<(HostFacts? Facts, string? Unreachable)> LookAsync(CancellationToken ct)
    {
        if (Connected is null) return (null, Unreachable);
        try
        {
            return (await Connected.ReadFactsAsync(ct), null);
        }
        catch (DevOpsException failure) when (failure.Kind is FailureKind.Unavailable or FailureKind.Timeout)
        {
            return (null, failure.Message);
        }
    }

    /// <summary>Closes the connection, if there is one.</summary>
    /// <returns>A task that ends once it is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Connected is not null) await Connected.DisposeAsync();
    }
}
