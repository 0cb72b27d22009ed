using System.Text.Json;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Store;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using StackExchange.Redis;

namespace DevOps.Core.Tests.Flags;

/// <summary>A real Redis master with as many replicas as wanted, and a store of flags on it.</summary>
internal sealed class FlagBed : IAsyncDisposable
{
    private readonly List<RedisServer> _replicas = [];

    private FlagBed(RedisServer master) => Master = master;

    public RedisServer Master { get; }

    public IReadOnlyList<RedisServer> Replicas => _replicas;

    public IConnectionMultiplexer Connection { get; private set; } = null!;

    public FlagStore Store { get; private set; } = null!;

    /// <summary>Another program, which knows nothing of flags.</summary>
    public IDatabase Anybody => Connection.GetDatabase();

    public static async Task<FlagBed> StartAsync(int replicas = 0, params string[] options)
    {
        var bed = new FlagBed(await RedisServer.StartAsync(["--notify-keyspace-events", "E$", "--repl-diskless-sync-delay", "0", .. options]));
        for (var count = 0; count < replicas; count++) bed._replicas.Add(await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{bed.Master.Port}"));
        bed.Connection = await ConnectAsync(bed.Master);
        bed.Store = new FlagStore(bed.Connection);
        if (replicas > 0) await Eventually.IsAsync(async () => (await bed.Connection.GetServers()[0].InfoRawAsync("replication"))!.Split("state=online").Length - 1 == replicas);
        return bed;
    }

    public static async Task<IConnectionMultiplexer> ConnectAsync(RedisServer server) => await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port},allowAdmin=true,abortConnect=true,connectRetry=1");

    public static FlagWrite Write(string? reason = null, long? ifVersion = null, int? replicas = null) => new("tester", reason, ifVersion, replicas, TimeSpan.FromSeconds(5));

    public static FlagDefinition Boolean(string name, bool value) => Of(name, $$"""{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"{{(value ? "on" : "off")}}"}""");

    public static FlagDefinition Number(string name, int value) => Of(name, $$"""{"state":"ENABLED","variants":{"v":{{value}}},"defaultVariant":"v"}""");

    public static FlagDefinition Of(string name, string json)
    {
        using var document = JsonDocument.Parse(json);
        return FlagFile.Parse(name, document.RootElement);
    }

    public async Task<FlagRecord> SetAsync(string name, bool value, string? reason = null) => (await Store.ChangeAsync(name, _ => Boolean(name, value), Write(reason))).Flag;

    public async Task<object?> ValueAsync(string name) => (await Store.FindAsync(name))?.Show("test").Value;

    public async Task<FeatureFlagChange[]> HistoryAsync() => await Store.HistoryAsync(TestContext.Current.CancellationToken).ToArrayAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        foreach (var replica in _replicas) await replica.DisposeAsync();
        await Master.DisposeAsync();
    }
}
