using System.Net;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Operations;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;
using StackExchange.Redis;

namespace DevOps.Core.Tests.Flags.Faults;

/// <summary>A server of three nodes on this machine, each as an installation would have made it.</summary>
internal sealed class FlagNodes : IAsyncDisposable
{
    /// <summary>The server's name.</summary>
    public const string Name = "flags";

    private static readonly TimeSpan FollowLimit = TimeSpan.FromMinutes(1);

    private readonly TestState _state = new();
    private readonly List<FlagNode> _nodes = [];
    private readonly List<TcpRelay> _relays = [];

    private FlagNodes()
    {
    }

    /// <summary>The nodes. At first, the first is the master.</summary>
    public IReadOnlyList<FlagNode> Nodes => _nodes;

    /// <summary>The networks between each node and all others, and between each node and those who care for the server.</summary>
    public IReadOnlyList<TcpRelay> Networks => _relays;

    public FlagServerStore Store => new(_state.State);

    public FlagServerConnector Connector => new(_state.State);

    public FlagServerStatus Status => new(Connector, Store);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Starts the nodes.</summary>
    /// <param name="hasNetworks">Whether there are networks that can be cut.</param>
    /// <param name="dataFolderOfMaster">Where the master's data is; nothing for a folder of its own.</param>
    /// <param name="dataFolderOfReplica">Where the last replica's data is; nothing for a folder of its own.</param>
    /// <returns>The nodes, all of which follow the first.</returns>
    public static async Task<FlagNodes> StartAsync(bool hasNetworks = false, string? dataFolderOfMaster = null, string? dataFolderOfReplica = null)
    {
        var nodes = new FlagNodes();
        try
        {
            // Addresses of their own, of which this machine has many: the cut network of one is not that of another.
            SavedFlagServerNode[] saved = [.. Enumerable.Range(1, 3).Select(number => new SavedFlagServerNode($"node-{number}", $"127.0.0.{number + 1}", FreePort.Find()))];
            var server = new SavedFlagServer(Name)
            {
                Master = saved[0].Name,
                Nodes = saved,
                Passwords = FlagServerAccounts.Complete(new Dictionary<FlagServerUser, string>()),
            };
            nodes.Store.Save(server);
            foreach (var node in saved)
            {
                if (hasNetworks) nodes._relays.Add(new TcpRelay(IPEndPoint.Parse($"{node.Address}:{node.Port}"), new IPEndPoint(IPAddress.Loopback, node.Port)));
                nodes._nodes.Add(new FlagNode(server, node, node == saved[0] ? null : saved[0], hasNetworks, node == saved[0] ? dataFolderOfMaster : node == saved[2] ? dataFolderOfReplica : null));
            }

            foreach (var node in nodes._nodes) await node.StartAsync();
            await nodes.SettleAsync();
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects as a cmdlet does.</summary>
    public Task<FlagServerConnection> OpenAsync(FlagServerUser user) => Connector.OpenAsync(Name, user, Ct);

    /// <summary>Connects to one node alone, beside it: whatever network is cut.</summary>
    public async Task<IConnectionMultiplexer> OpenBesideAsync(FlagNode node, FlagServerUser user) => await ConnectionMultiplexer.ConnectAsync(
        FlagServerLogin.Options(new IPEndPoint(IPAddress.Loopback, node.Port), Store.Get(Name).LoginOf(user), isEncrypted: false, TimeSpan.FromSeconds(15)));

    /// <summary>Finds a node.</summary>
    public FlagNode Find(string name) => _nodes.Single(node => node.Name == name);

    /// <summary>Waits until all nodes follow one that takes changes.</summary>
    /// <returns>The server.</returns>
    public async Task<FeatureFlagServer> SettleAsync()
    {
        FeatureFlagServer server = null!;
        await Eventually.IsAsync(async () => (server = await Status.ReadAsync(Name, Ct)).State == FeatureFlagServerState.Running);
        return server;
    }

    /// <summary>Puts the replica that has most in the place of a master that is gone.</summary>
    public Task<FeatureFlagServer> ReplaceMasterAsync() =>
        new FlagServerSwitch(Connector, Store).RunAsync(Name, to: null, isForced: true, new Progress<OperationMessage>(), Ct);

    /// <summary>Has all nodes follow the master again, as a repeated installation does.</summary>
    public async Task RepairAsync()
    {
        await using var connection = await OpenAsync(FlagServerUser.Operator);
        var master = connection.RequireMaster();
        foreach (var node in connection.Nodes.Where(node => node != master)) await FlagServerRoles.FollowAsync(node, master, FollowLimit, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        foreach (var relay in _relays) await relay.DisposeAsync();
        _state.Dispose();
    }
}
