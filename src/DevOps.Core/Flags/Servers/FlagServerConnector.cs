using DevOps.Core.DigitalOcean;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Flags.Servers;

/// <summary>Opens connections to servers of feature flags.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class FlagServerConnector(StateFolder state)
{
    private readonly FlagServerStore _store = new(state);

    /// <summary>
    /// Connects to every node that answers, and asks them who is master. Nodes on droplets are reached through SSH
    /// connections with the pinned keys, others directly; of a server that was named by its address, the nodes are found
    /// through the one that it names.
    /// </summary>
    /// <param name="name">The server's exact name; nothing for the selected one, else the only one.</param>
    /// <param name="user">As whom. A server that was named by its address has one login for everything.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The connections. There may be no master among them.</returns>
    /// <exception cref="DevOpsException">
    /// <c>FeatureFlagServerNotFound</c>, <c>FeatureFlagServerNotSelected</c>, <c>FeatureFlagServerUnreachable</c> when no
    /// node answers, <c>FeatureFlagServerLoginRefused</c> when every node that answers refuses, <c>FeatureFlagServerCertificateRefused</c> when none shows a certificate that is accepted.
    /// </exception>
    public Task<FlagServerConnection> OpenAsync(string? name, FlagServerUser user, CancellationToken ct) => OpenAsync(_store.Get(name), user, ct);

    /// <summary>Connects to a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="user">As whom.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The connections.</returns>
    internal async Task<FlagServerConnection> OpenAsync(SavedFlagServer server, FlagServerUser user, CancellationToken ct)
    {
        var connection = await TryOpenAsync(server, user, ct);
        if (connection.Nodes.Count > 0) return connection;
        await connection.DisposeAsync();
        if (connection.Failed.Select(node => node.Failure).FirstOrDefault(failure => failure.Id is "FeatureFlagServerLoginRefused" or "FeatureFlagServerCertificateRefused") is { } refused) throw refused;
        throw new DevOpsException(
            "FeatureFlagServerUnreachable",
            FailureKind.Unavailable,
            $"No node of feature flag server '{server.Name}' answers: {string.Join(" ", connection.Failed.Select(node => node.Failure.Message))}",
            server.Fleet is { } fleet ? $"Install-FeatureFlagServer -Fleet {fleet} -Name {server.Name} starts what is stopped; Get-Droplet shows whether the droplets are there." : "See that it runs and that this machine reaches it.",
            server.Name,
            connection.Failed.Count > 0 ? connection.Failed[0].Failure : null);
    }

    /// <summary>Connects to what answers of a server, which may be nothing.</summary>
    /// <param name="server">The server.</param>
    /// <param name="user">As whom.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The connections.</returns>
    internal async Task<FlagServerConnection> TryOpenAsync(SavedFlagServer server, FlagServerUser user, CancellationToken ct)
    {
        var droplets = await FindDropletsAsync(server, ct);
        var opened = new Dictionary<SavedFlagServerNode, FlagServerNodeConnection>();
        var failed = new List<(SavedFlagServerNode Node, DevOpsException Failure)>();
        try
        {
            await OpenAllAsync(server.Uri is null ? server.Nodes : [FlagServerAddress.NodeOf(server.Uri)]);
            if (server.Uri is not null)
            {
                // The one that was named may be a replica; then its master knows the others.
                await OpenAllAsync(Neighbours(opened.Values));
                await OpenAllAsync(Neighbours(opened.Values));
            }
        }
        catch
        {
            foreach (var connection in opened.Values) await connection.DisposeAsync();
            throw;
        }

        return new FlagServerConnection(server, [.. opened.Values.OrderBy(connection => connection.Name, StringComparer.Ordinal)], failed);

        async Task OpenAllAsync(IEnumerable<SavedFlagServerNode> nodes)
        {
            var fresh = nodes.Distinct().Where(node => !opened.ContainsKey(node) && failed.TrueForAll(other => other.Node != node)).ToList();
            var attempts = await Task.WhenAll(fresh.Select(node => TryOpenNodeAsync(server, node, droplets, user, ct)));
            foreach (var (node, attempt) in fresh.Zip(attempts))
            {
                if (attempt.Connection is { } connection)
                {
                    // A node may be named once by its name and once by its address.
                    if (opened.Values.Any(other => other.Info.Process == connection.Info.Process)) await connection.DisposeAsync();
                    else opened[node] = connection;
                }
                else failed.Add((node, attempt.Failure!));
            }

            ct.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Finds the droplets of a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The droplets of its fleet; none when it is not installed on one.</returns>
    private async Task<IReadOnlyList<Droplet>> FindDropletsAsync(SavedFlagServer server, CancellationToken ct)
    {
        if (server.Fleet is null) return [];
        using var session = CloudSession.Open(state, server.Connection);
        return await session.Droplets.ListAsync(server.Fleet, ct);
    }

    private static IEnumerable<SavedFlagServerNode> Neighbours(IEnumerable<FlagServerNodeConnection> connections) => connections.SelectMany(connection => connection.Info switch
    {
        { Role: FeatureFlagServerRole.Master } master => master.Replicas.Select(replica => FlagServerAddress.NodeAt(replica.Address, replica.Port)),
        { MasterAddress: { } address, MasterPort: { } port } => [FlagServerAddress.NodeAt(address, port)],
        _ => [],
    });

    private async Task<(FlagServerNodeConnection? Connection, DevOpsException? Failure)> TryOpenNodeAsync(SavedFlagServer server, SavedFlagServerNode node, IReadOnlyList<Droplet> droplets, FlagServerUser user, CancellationToken ct)
    {
        try
        {
            if (node.DropletId is null) return (await FlagServerDialer.OpenAsync(server, node, user, FlagServerRoute.To(node), ct), null);
            var droplet = FlagServerHosts.Find(server, node, droplets);
            var host = await FlagServerHosts.ConnectAsync(state, droplet, ct);
            return (await FlagServerDialer.OpenAsync(server, node, user, FlagServerRoute.To(node, host), ct), null);
        }
        catch (DevOpsException failure)
        {
            return (null, failure);
        }
        catch (OperationCanceledException)
        {
            // The others' connections are to be closed first.
            return (null, new DevOpsException("FeatureFlagServerNodeUnreachable", FailureKind.Unavailable, $"Node '{node.Name}' was not waited for.", target: server.Name));
        }
    }
}
