using DevOps.Core.DigitalOcean;
using DevOps.Core.Flags.Service;
using DevOps.Core.Operations;
using DevOps.Core.State;

namespace DevOps.Core.Flags.Servers;

/// <summary>Removes installed servers with all their data.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class FlagServerRemoval(StateFolder state)
{
    private const string Activity = "Removing the feature flag server";

    private readonly FlagServerStore _store = new(state);

    /// <summary>Gets a server that can be uninstalled.</summary>
    /// <param name="name">Its exact name.</param>
    /// <returns>The server.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNotFound</c>, <c>FeatureFlagServerNotInstalled</c>.</exception>
    public SavedFlagServer Check(string name)
    {
        var server = _store.Get(name);
        return server.Fleet is not null ? server : throw new DevOpsException(
            "FeatureFlagServerNotInstalled",
            FailureKind.InvalidInput,
            $"Feature flag server '{name}' was only named by its address, {server.Uri}, and not installed by this module.",
            $"Disconnect-FeatureFlagServer {name} forgets it.",
            name);
    }

    /// <summary>Removes a server: package, data and accounts at each node, and what is kept here about it. The droplets stay.</summary>
    /// <param name="name">Its exact name.</param>
    /// <param name="progress">Told how far it is, and failures of single nodes.</param>
    /// <param name="ct">Ends it; run again, it goes on where it ended.</param>
    /// <returns>A task that ends once nothing is left of it.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNotFound</c>, <c>FeatureFlagServerNotInstalled</c>.</exception>
    public async Task RemoveAsync(string name, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await using var alone = await StateLock.AcquireAsync(state, FlagServerInstaller.LockOf(name), ct: ct);
        var services = new FlagServiceStore(state);
        await using var noService = await services.LockAsync(name, ct);
        var server = Check(name);
        using var session = CloudSession.Open(state, server.Connection);
        var droplets = (await session.Droplets.ListAsync(server.Fleet, ct)).Where(droplet => server.Nodes.Any(node => node.DropletId == droplet.Id));
        var isComplete = await Task.WhenAll(droplets.Select(async droplet =>
        {
            progress.Report(new ProgressMessage(Activity, droplet.Name, "removing"));
            try
            {
                await using var host = await FlagServerHosts.ConnectAsync(state, droplet, ct);
                // What answers with the flags first; then the flags.
                await new FlagServiceHost(host).StopAsync(name, isRemoved: true, ct);
                await new FlagServerNodeHost(host).RemoveAsync(name, ct);
                progress.Report(new ProgressMessage(Activity, droplet.Name, "removed", IsCompleted: true));
                return true;
            }
            catch (DevOpsException failure)
            {
                progress.Report(new FailureMessage(failure));
                return false;
            }
        }));
        // What is left of it can only be removed while it is known here.
        if (Array.TrueForAll(isComplete, isRemoved => isRemoved))
        {
            services.Remove(name);
            _store.Remove(name);
            File.Delete(state.PathOf(FlagServerInstaller.LockOf(name)));
        }
        else progress.Report(new WarningMessage($"Feature flag server '{name}' is still known here, since not all of its nodes could be cleared. Run Uninstall-FeatureFlagServer {name} again."));
    }
}
