using System.Globalization;
using DevOps.Benchmarks.Balancer;
using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Store;
using StackExchange.Redis;

namespace DevOps.Benchmarks.Flags;

/// <summary>A master with its replicas on this machine's loopback, and the store of flags on it.</summary>
internal sealed class FlagNodes : IAsyncDisposable
{
    /// <summary>The flag that is switched and asked for.</summary>
    public const string Flag = "featureflag";

    /// <summary>How many flags are many.</summary>
    public const int Many = 10_000;

    private const int AtOnce = 64;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    private readonly List<RedisNode> _nodes = [];

    private ConnectionMultiplexer? _connection;

    private FlagNodes()
    {
    }

    /// <summary>Where clients find them, the master first.</summary>
    public IReadOnlyList<FlagSourceAddress> Sources => [.. _nodes.Select(node => new FlagSourceAddress("127.0.0.1", node.Port))];

    /// <summary>The flags.</summary>
    public FlagStore Store => new(_connection!);

    /// <summary>Starts them, and switches the flag on.</summary>
    /// <param name="setting">What is shared.</param>
    /// <param name="replicas">How many follow the master.</param>
    /// <param name="cancellation">Cancels the start.</param>
    /// <returns>The nodes.</returns>
    public static async Task<FlagNodes> StartAsync(Setting setting, int replicas, CancellationToken cancellation)
    {
        var nodes = new FlagNodes();
        try
        {
            nodes._nodes.Add(await RedisNode.StartAsync(setting, null, cancellation));
            while (nodes._nodes.Count <= replicas) nodes._nodes.Add(await RedisNode.StartAsync(setting, nodes._nodes[0], cancellation));
            nodes._connection = await ConnectionMultiplexer.ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{nodes._nodes[0].Port},allowAdmin=true"));
            while ((await nodes._connection.GetServers()[0].InfoRawAsync("replication"))!.Split("state=online").Length - 1 < replicas) await Task.Delay(LookInterval, cancellation);
            await nodes.SwitchAsync(isOn: true);
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    /// <summary>Switches the flag, as <c>Set-FeatureFlag</c> does.</summary>
    /// <param name="isOn">To what.</param>
    /// <returns>A task that ends when all replicas have it.</returns>
    public Task SwitchAsync(bool isOn) => ChangeAsync(Flag, new FlagEdit { Value = isOn ? "true" : "false" }, replicas: null);

    /// <summary>Adds flags until there are many: half of them are for a part of the users.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>A task that ends when they are written.</returns>
    public Task FillAsync(CancellationToken cancellation) => Parallel.ForEachAsync(
        Enumerable.Range(1, Many - 1),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
        (number, _) => new ValueTask(ChangeAsync($"checkout.payment-form-{number}", new FlagEdit { Value = "true", Percentage = number % 2 == 0 ? 25 : null }, replicas: 0)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    private async Task ChangeAsync(string name, FlagEdit edit, int? replicas) =>
        await Store.ChangeAsync(name, before => edit.Apply(name, before?.Definition), new FlagWrite("bench", null, null, replicas, TimeSpan.FromSeconds(1)));
}
