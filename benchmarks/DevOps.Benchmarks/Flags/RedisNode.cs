using System.Net;
using System.Net.Sockets;
using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks.Flags;

/// <summary>A Redis server, set up as <c>Install-FeatureFlagServer</c> does where that costs time: each change is on the disk before anybody hears of it.</summary>
internal sealed class RedisNode : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    private readonly GuardedProcess _process;

    private RedisNode(GuardedProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>The loopback port that it listens at.</summary>
    public int Port { get; }

    /// <summary>Starts one.</summary>
    /// <param name="setting">What is shared.</param>
    /// <param name="master">The node that it copies; nothing for a master.</param>
    /// <param name="cancellation">Cancels the start.</param>
    /// <returns>The node, which takes connections.</returns>
    public static async Task<RedisNode> StartAsync(Setting setting, RedisNode? master, CancellationToken cancellation)
    {
        var port = LoopbackPorts.Find(1)[0];
        var folder = Directory.CreateDirectory(Path.Combine(setting.Folder, $"redis-{port}")).FullName;
        string[] command =
        [
            Tools.Find("redis-server"), "--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder, "--save", string.Empty,
            "--appendonly", "yes", "--appendfsync", "always",
            "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0",
            "--notify-keyspace-events", "E$",
            .. master is null ? Array.Empty<string>() : ["--replicaof", "127.0.0.1", $"{master.Port}"],
        ];
        var process = await GuardedProcess.StartAsync(command, new Dictionary<string, string>(StringComparer.Ordinal), Path.Combine(folder, "output.log"), cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartTimeout);
        try
        {
            while (!await ListensAsync(port, limit.Token)) await Task.Delay(LookInterval, limit.Token);
            return new RedisNode(process, port);
        }
        catch (Exception failure)
        {
            var output = process.ReadLastLines();
            await process.DisposeAsync();
            cancellation.ThrowIfCancellationRequested();
            throw new BenchmarkException($"redis-server did not start:\n{output}", failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
