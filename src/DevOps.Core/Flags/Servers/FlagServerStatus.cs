using System.Diagnostics;
using System.Globalization;
using DevOps.Model;

namespace DevOps.Core.Flags.Servers;

/// <summary>Tells how the nodes of a server stand.</summary>
/// <param name="connector">Connects to them.</param>
/// <param name="store">The servers that are known.</param>
public sealed class FlagServerStatus(FlagServerConnector connector, FlagServerStore store)
{
    private static readonly TimeSpan LagLimit = TimeSpan.FromSeconds(1);

    /// <summary>Looks at a server. What does not answer is shown as such, with its cause.</summary>
    /// <param name="name">The server's exact name; nothing for the selected one, else the only one.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The server.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNotFound</c>, <c>FeatureFlagServerNotSelected</c>.</exception>
    public async Task<FeatureFlagServer> ReadAsync(string? name, CancellationToken ct)
    {
        await using var connection = await connector.TryOpenAsync(store.Get(name), FlagServerUser.Operator, ct);
        return await ReadAsync(connection, ct);
    }

    /// <summary>Looks at a server that is connected to.</summary>
    /// <param name="connection">The connections.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The server.</returns>
    internal async Task<FeatureFlagServer> ReadAsync(FlagServerConnection connection, CancellationToken ct)
    {
        var server = connection.Server;
        var master = connection.Master;
        if (master is not null) await master.AskAsync(ct);
        var answered = Stopwatch.GetTimestamp();
        var nodes = await Task.WhenAll(connection.Nodes.Select(node => DescribeAsync(server, node, master, answered, ct)));
        FeatureFlagServerNode[] all =
        [
            .. nodes,
            .. connection.Failed.Select(failed => new FeatureFlagServerNode(
                server.Name, failed.Node.Name, Role: null, failed.Node.Address, failed.Node.Port, FeatureFlagServerLink.Unreachable, failed.Failure.Message, LagBytes: null, Lag: null, Memory: null, Version: null)),
        ];
        var state = master is null ? FeatureFlagServerState.Unavailable
            : Array.TrueForAll(all, node => node.Link == FeatureFlagServerLink.Up) ? FeatureFlagServerState.Running
            : FeatureFlagServerState.Degraded;
        return new FeatureFlagServer(server.Name, state, server.Fleet, server.Uri, master?.Name, [.. all.OrderBy(node => node.Node, StringComparer.Ordinal)], store.Selected() == server.Name);
    }

    private static async Task<FeatureFlagServerNode> DescribeAsync(SavedFlagServer server, FlagServerNodeConnection node, FlagServerNodeConnection? master, long answered, CancellationToken ct)
    {
        var described = new FeatureFlagServerNode(
            server.Name, node.Name, node.Info.Role, node.Node.Address, node.Node.Port, FeatureFlagServerLink.Up, Cause: null, LagBytes: null, Lag: null, node.Info.Memory, node.Info.Version);
        try
        {
            if (node == master) return DescribeMaster(described, node.Info);
            var info = await node.AskAsync(ct);
            if (info.Role == FeatureFlagServerRole.Master)
            {
                return described with { Link = FeatureFlagServerLink.Down, Cause = $"it takes itself for the master, which {master?.Name ?? "nobody"} is; Install-FeatureFlagServer makes it a replica" };
            }

            described = described with { LagBytes = LagOf(info, master) };
            if (!info.IsLinkUp) return DescribeLost(described, info);
            if (master is not null && info.History != master.Info.History) return described with { Link = FeatureFlagServerLink.Down, Cause = $"it follows {info.MasterAddress}:{info.MasterPort} and not {master.Name}" };
            if (master?.Info.WaitsFor(node.Node) == true) return described with { Link = FeatureFlagServerLink.Copying, Cause = $"{master.Name} waits for its first acknowledgement" };
            if (info.IsKeeping) return described with { Link = FeatureFlagServerLink.Copying, Cause = "it has its data, and is writing them to its disk" };
            return master is null ? described : described with { Lag = await MeasureAsync(node, master.Info, answered, ct) };
        }
        catch (DevOpsException failure)
        {
            return described with { Role = null, Link = FeatureFlagServerLink.Unreachable, Cause = failure.Message };
        }
    }

    private static FeatureFlagServerNode DescribeMaster(FeatureFlagServerNode node, FlagServerInfo info) => info.GoodReplicas == 0
        ? node with { Link = FeatureFlagServerLink.Down, Cause = "it takes no changes, since no replica follows it", LagBytes = 0, Lag = TimeSpan.Zero }
        : node with { LagBytes = 0, Lag = TimeSpan.Zero };

    private static FeatureFlagServerNode DescribeLost(FeatureFlagServerNode node, FlagServerInfo info)
    {
        var master = string.Create(CultureInfo.InvariantCulture, $"{info.MasterAddress}:{info.MasterPort}");
        if (info.IsCopying) return node with { Link = FeatureFlagServerLink.Copying, Cause = $"it is copying the data of {master}" };
        var since = info.SecondsDown is { } seconds ? string.Create(CultureInfo.InvariantCulture, $" for {seconds} s") : string.Empty;
        return node with { Link = FeatureFlagServerLink.Down, Cause = $"its link to its master {master} is down{since}" };
    }

    // Offsets of different histories count different changes.
    private static long? LagOf(FlagServerInfo replica, FlagServerNodeConnection? master) =>
        master is not null && replica.History == master.Info.History ? Math.Max(0, master.Info.Offset - replica.Offset) : null;

    private static async Task<TimeSpan?> MeasureAsync(FlagServerNodeConnection node, FlagServerInfo master, long answered, CancellationToken ct)
    {
        if (node.Info.Offset >= master.Offset) return TimeSpan.Zero;
        while (Stopwatch.GetElapsedTime(answered) < LagLimit)
        {
            var info = await node.AskAsync(ct);
            if (info.History == master.History && info.Offset >= master.Offset) return Stopwatch.GetElapsedTime(answered);
        }

        return null;
    }
}
