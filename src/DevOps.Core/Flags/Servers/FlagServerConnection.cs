using DevOps.Core.Flags.Store;

namespace DevOps.Core.Flags.Servers;

/// <summary>Connections to all nodes of a server that answer.</summary>
public sealed class FlagServerConnection : IAsyncDisposable
{
    internal FlagServerConnection(SavedFlagServer server, IReadOnlyList<FlagServerNodeConnection> nodes, IReadOnlyList<(SavedFlagServerNode Node, DevOpsException Failure)> failed)
    {
        Server = server;
        Nodes = nodes;
        Failed = failed;
        Master = MasterChoice.Of(nodes, server.Master);
    }

    /// <summary>The server's name.</summary>
    public string Name => Server.Name;

    /// <summary>The node that took changes when the connection was opened, as the nodes themselves say; nothing when none did.</summary>
    public FlagServerNodeConnection? Master { get; private set; }

    /// <summary>The server's flags, at its master.</summary>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerHasNoMaster</c>.</exception>
    public FlagStore Flags => new(RequireMaster().Multiplexer);

    /// <summary>The nodes that answer, by name.</summary>
    public IReadOnlyList<FlagServerNodeConnection> Nodes { get; }

    /// <summary>The server, as it is kept.</summary>
    internal SavedFlagServer Server { get; }

    /// <summary>The nodes that do not answer, and why.</summary>
    internal IReadOnlyList<(SavedFlagServerNode Node, DevOpsException Failure)> Failed { get; }

    /// <summary>Gives the node that takes changes.</summary>
    /// <returns>The master.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerHasNoMaster</c>.</exception>
    public FlagServerNodeConnection RequireMaster() => Master ?? throw new DevOpsException(
        "FeatureFlagServerHasNoMaster",
        FailureKind.Unavailable,
        $"No node of feature flag server '{Name}' takes changes at the moment: " + string.Join("; ", [
            .. Nodes.Select(node => $"{node.Name} is a replica"),
            .. Failed.Select(node => $"{node.Node.Name} cannot be reached")]) + ".",
        $"If its master is lost, Switch-FeatureFlagServer {Name} -Force makes a replica the master; Install-FeatureFlagServer starts what is stopped.",
        Name);

    /// <summary>Asks every node again who is master.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A task that ends once <see cref="Master"/> is known.</returns>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await Task.WhenAll(Nodes.Select(async node =>
        {
            await node.AskAsync(ct);
            await node.ReconfigureAsync().WaitAsync(ct);
        }));
        Master = MasterChoice.Of(Nodes, Server.Master);
    }

    /// <summary>Ends all connections.</summary>
    /// <returns>A task that ends once they are ended.</returns>
    public async ValueTask DisposeAsync() => await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));
}
