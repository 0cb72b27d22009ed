using DevOps.Core.Flags.Servers;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Flags;

/// <summary>A master and two replicas of one test, on this machine, as a saved server that is reached directly.</summary>
internal sealed class RedisTrio : IAsyncDisposable
{
    public const string Name = "trio";

    private readonly TestState _state = new();

    private RedisTrio(RedisServer[] servers) => Servers = servers;

    public RedisServer[] Servers { get; }

    public FlagServerStore Store => new(_state.State);

    public FlagServerConnector Connector => new(_state.State);

    public FlagServerStatus Status => new(Connector, Store);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Starts the servers.</summary>
    /// <returns>The servers; the first is the master, and the others follow it.</returns>
    public static async Task<RedisTrio> StartAsync()
    {
        string[] common = ["--min-replicas-to-write", "1", "--repl-diskless-sync-delay", "0", "--repl-timeout", "5"];
        var master = await RedisServer.StartAsync(common);
        var replicas = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => RedisServer.StartAsync([.. common, "--replicaof", "127.0.0.1", $"{master.Port}"])));
        var trio = new RedisTrio([master, .. replicas]);
        trio.Store.Save(new SavedFlagServer(Name)
        {
            Master = "node-1",
            Nodes = [.. trio.Servers.Select((server, index) => new SavedFlagServerNode($"node-{index + 1}", "127.0.0.1", server.Port))],
        });
        await Eventually.IsAsync(async () => (await trio.Status.ReadAsync(Name, Ct)).State == Model.FeatureFlagServerState.Running);
        return trio;
    }

    public Task<FlagServerConnection> OpenAsync() => Connector.OpenAsync(Name, FlagServerUser.Operator, Ct);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Servers) await server.DisposeAsync();
        _state.Dispose();
    }
}
