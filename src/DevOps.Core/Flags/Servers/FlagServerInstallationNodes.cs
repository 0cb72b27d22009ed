using System.Collections.Concurrent;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Flags.Servers;

/// <summary>The nodes of a server while it is installed.</summary>
/// <param name="server">The server.</param>
/// <param name="progress">Told how far each node is.</param>
/// <param name="activity">What is being done, for the progress.</param>
internal sealed class FlagServerInstallationNodes(SavedFlagServer server, IProgress<OperationMessage> progress, string activity) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, FlagServerInstallationNode> _nodes = new(StringComparer.Ordinal);
    private int _changes;

    private IEnumerable<FlagServerInstallationNode> Ordered => server.Nodes.Select(node => _nodes.GetValueOrDefault(node.Name)).OfType<FlagServerInstallationNode>();

    private IEnumerable<SavedFlagServerNode> Missing => server.Nodes.Where(node => !_nodes.ContainsKey(node.Name));

    /// <summary>Connects to the droplets. Those that do not answer are told and left out.</summary>
    /// <param name="droplets">The droplets.</param>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends once it is connected to those that answer.</returns>
    public Task ConnectAsync(IReadOnlyList<Droplet> droplets, StateFolder state, CancellationToken ct) => Task.WhenAll(server.Nodes.Zip(droplets, async (node, droplet) =>
    {
        Show(node, "connecting");
        try
        {
            _nodes[node.Name] = new FlagServerInstallationNode(node, await FlagServerHosts.ConnectAsync(state, droplet, ct));
        }
        catch (DevOpsException failure)
        {
            progress.Report(new FailureMessage(failure));
        }
    }));

    /// <summary>Installs the package where it is missing, and looks how each host stands.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends once all are done.</returns>
    /// <exception cref="DevOpsException">What went wrong, when nothing went well.</exception>
    public Task PrepareAsync(CancellationToken ct) => ForEachAsync([.. Ordered], async node =>
    {
        Show(node.Node, "installing redis-server");
        Changed(node.Node, await node.Host.PrepareAsync(server.Name, ct));
        node.HeldData = await node.Host.HoldsDataAsync(ct);
    });

    /// <summary>
    /// Finds out who is master, and makes one where nobody is: of nodes that hold data the one that has most, of none the
    /// first.
    /// </summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>The master, which runs.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerMasterUnknown</c>, <c>FeatureFlagServerUnreachable</c>.</exception>
    public async Task<FlagServerNodeConnection> SettleMasterAsync(CancellationToken ct)
    {
        // As what they were: only who has data can be master, and only running nodes tell how much they have.
        var holders = Ordered.Where(node => node.HeldData).ToList();
        // One after the other: whoever reads finds somebody who answers.
        foreach (var node in holders) await ForEachAsync([node], holder => StartAsync(holder, ct));
        var running = holders.Select(node => node.Connection).OfType<FlagServerNodeConnection>().ToList();
        if (MasterChoice.Of(running, server.Master) is { } present)
        {
            Changed(present.Node, await FlagServerRoles.KeepAsync(present, master: null, ct));
            return present;
        }

        // A node that is away may be the master, or have changes that no other one has.
        if (Missing.Any()) throw Unknown();
        if (running.Count == 0) return await BeginAsync(ct);
        var best = running.MaxBy(node => node.Info.Offset)!;
        progress.Report(new WarningMessage($"The master of '{server.Name}' is gone or has lost its data. {best.Name} takes its place: of the replicas it has most."));
        await FlagServerRoles.PromoteAsync(best, ct);
        Changed(best.Node, ["it is the master"]);
        return best;
    }

    /// <summary>Has all other nodes follow the master.</summary>
    /// <param name="master">The master.</param>
    /// <param name="limit">How long one may take until it has all data.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How much was changed at all nodes.</returns>
    public async Task<int> FollowAsync(FlagServerNodeConnection master, TimeSpan limit, CancellationToken ct)
    {
        FlagServerInstallationNode[] others = [.. Ordered.Where(node => node.Node.Name != master.Name)];
        await ForEachAsync(others, async node =>
        {
            Show(node.Node, $"following {master.Name}");
            // Before it starts: a node without data must not be a master for a moment.
            Changed(node.Node, await node.Host.KeepRoleAsync(master.Node, ct));
            if (node.Connection?.Info.Role == FeatureFlagServerRole.Master)
            {
                progress.Report(new WarningMessage($"{node.Node.Name} took itself for the master as well. It becomes a replica of {master.Name}; what only {node.Node.Name} had is lost."));
            }

            if (node.Connection is null)
            {
                Changed(node.Node, await node.Host.ConfigureAsync(server, node.Node, ct));
                await OpenAsync(node, ct);
            }

            Changed(node.Node, await FlagServerRoles.FollowAsync(node.Connection!, master, limit, ct));
            progress.Report(new ProgressMessage(activity, node.Node.Name, "ready", IsCompleted: true));
        });
        progress.Report(new ProgressMessage(activity, master.Name, "ready", IsCompleted: true));
        return _changes;
    }

    /// <summary>Ends all connections.</summary>
    /// <returns>A task that ends once they are ended.</returns>
    public async ValueTask DisposeAsync()
    {
        // A connection to the server goes through the SSH connection, and ends it too.
        foreach (var node in _nodes.Values) await (node.Connection?.DisposeAsync() ?? node.Session.DisposeAsync());
    }

    // A node at which something goes wrong is told and left out; the others go on without it.
    private async Task ForEachAsync(IReadOnlyList<FlagServerInstallationNode> nodes, Func<FlagServerInstallationNode, Task> work)
    {
        var failures = await Task.WhenAll(nodes.Select(async node =>
        {
            try
            {
                await work(node);
                return null;
            }
            catch (DevOpsException failure)
            {
                _nodes.TryRemove(node.Node.Name, out _);
                await (node.Connection?.DisposeAsync() ?? node.Session.DisposeAsync());
                return failure;
            }
        }));
        var told = failures.OfType<DevOpsException>().ToList();
        if (told.Count > 0 && _nodes.IsEmpty) throw told[0];
        foreach (var failure in told) progress.Report(new FailureMessage(failure));
    }

    private async Task StartAsync(FlagServerInstallationNode node, CancellationToken ct)
    {
        Changed(node.Node, await node.Host.ConfigureAsync(server, node.Node, ct));
        await OpenAsync(node, ct);
    }

    private async Task OpenAsync(FlagServerInstallationNode node, CancellationToken ct) =>
        node.Connection = await FlagServerDialer.OpenAsync(server, node.Node, FlagServerUser.Operator, FlagServerRoute.To(node.Node, node.Session), ct);

    private async Task<FlagServerNodeConnection> BeginAsync(CancellationToken ct)
    {
        var first = Ordered.FirstOrDefault(node => node.Node.Name == server.Master) ?? Ordered.First();
        Show(first.Node, "becoming the master");
        Changed(first.Node, await first.Host.KeepRoleAsync(master: null, ct));
        Changed(first.Node, await first.Host.ConfigureAsync(server, first.Node, ct));
        await OpenAsync(first, ct);
        return first.Connection!;
    }

    private DevOpsException Unknown() => new(
        "FeatureFlagServerMasterUnknown",
        FailureKind.Unavailable,
        $"No node of feature flag server '{server.Name}' that answers is its master, and {string.Join(", ", Missing.Select(node => node.Name))} cannot be reached: it may be the master, or have changes that no other one has. Nothing was made master.",
        $"Bring it back, or remove its droplet, and run this again. To go on without it, run Switch-FeatureFlagServer {server.Name} -Force.",
        server.Name);

    private void Show(SavedFlagServerNode node, string status) => progress.Report(new ProgressMessage(activity, node.Name, status));

    private void Changed(SavedFlagServerNode node, IReadOnlyList<string> changes)
    {
        Interlocked.Add(ref _changes, changes.Count);
        foreach (var change in changes) progress.Report(new VerboseMessage($"{node.Name}: {change}"));
    }
}
