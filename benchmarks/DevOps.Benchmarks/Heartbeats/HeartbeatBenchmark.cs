using System.Diagnostics;
using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks.Heartbeats;

/// <summary>
/// Our monitor beside prometheus-blackbox-exporter: how many pages each asks for a second of its own processor time. The
/// server that both ask counts them, so that neither is believed. Ours checks a thousand targets twice a second with all that
/// it does beside that: page, history, alerts. The peer probes whatever it is asked to, as fast as eight that ask can. Beside
/// them Uptime Kuma, for what it holds in memory with as many targets, each checked as often as it allows.
/// </summary>
internal sealed class HeartbeatBenchmark : IBenchmark
{
    private const int Targets = 1_000;
    private const int Rounds = 3;
    private const int Askers = 8;
    private const string Peer = "blackbox";
    private const string Program = "prometheus-blackbox-exporter";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly string[] Kinds = ["fresh", "kept"];

    /// <inheritdoc/>
    public string Name => "heartbeat";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("The heartbeat benchmark reads /proc and runs on Linux only.");
            return [];
        }

        // Compiled once, which takes minutes: that is no part of the measurement.
        var kuma = await PrepareKumaAsync(cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        var folder = Directory.CreateTempSubdirectory("devops-bench-").FullName;
        try
        {
            using var http = new HttpClient();
            var setting = new Setting(Checkout.FindRoot(), folder, http, [], []);
            await using var server = await Backend.StartAsync("target", LoopbackPorts.Find(1)[0], Path.Combine(folder, "target"), setting, limit.Token);
            var figures = await MeasureAsync(setting, server, limit.Token);
            return kuma is null ? figures : [.. figures, new Figure("memory", KumaPeer.Name, "MB", await KumaPeer.MeasureAsync(setting, kuma, server, PageOf(server, "kept"), Targets, limit.Token))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Without a compiler or the registry, all else can be measured.
    private static async Task<string?> PrepareKumaAsync(CancellationToken cancellation)
    {
        try
        {
            return await KumaPeer.PrepareAsync(Checkout.FindRoot(), cancellation);
        }
        catch (BenchmarkException exception)
        {
            Console.WriteLine($"Uptime Kuma is left out: {exception.Message}");
            return null;
        }
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(Setting setting, Backend server, CancellationToken cancellation)
    {
        var samples = new Dictionary<(string Kind, string Of), List<double>>();
        var memory = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var kind in Kinds)
            {
                var (ours, megabytes) = await OursAsync(setting, server, kind, round, cancellation);
                Add(kind, Figure.Ours, ours);
                memory.Add(megabytes);
                Add(kind, Peer, await PeerAsync(setting, server, kind, round, cancellation));
            }
        }

        // It makes a connection for each probe, whatever the server allows: there is nothing of it to compare kept ones with.
        return
        [
            new Figure("checks_per_cpu", Figure.Ours, "1/s", samples[("fresh", Figure.Ours)]),
            new Figure("checks_per_cpu", Peer, "1/s", samples[("fresh", Peer)]),
            new Figure("checks_per_cpu.kept", Figure.Ours, "1/s", samples[("kept", Figure.Ours)]),
            new Figure("checks_per_cpu.kept", Peer, "1/s", samples[("kept", Peer)]),
            new Figure("memory", Figure.Ours, "MB", memory),
        ];

        void Add(string kind, string of, double value)
        {
            if (!samples.TryGetValue((kind, of), out var values)) samples[(kind, of)] = values = [];
            values.Add(value);
        }
    }

    private static async Task<(double ChecksPerCpu, double Megabytes)> OursAsync(Setting setting, Backend server, string kind, int round, CancellationToken cancellation)
    {
        await using var monitor = await MonitorUnderTest.StartAsync(setting, $"ours-{kind}-{round}", Enumerable.Repeat(PageOf(server, kind), Targets), Interval, cancellation);
        await Task.Delay(WarmUp, cancellation);
        return (await CountAsync(monitor.Process, server, () => Task.Delay(Window, cancellation), cancellation), monitor.Megabytes);
    }

    private static async Task<double> PeerAsync(Setting setting, Backend server, string kind, int round, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(Path.Combine(setting.Folder, $"peer-{kind}-{round}")).FullName;
        var address = new Uri($"http://127.0.0.1:{LoopbackPorts.Find(1)[0]}/");
        await using var process = await GuardedProcess.StartAsync(
            [Tools.Find(Program), $"--web.listen-address={address.Authority}", $"--config.file={setting.Peers.PathOf("blackbox.yml")}", "--log.level=error"],
            new Dictionary<string, string>(StringComparer.Ordinal),
            Path.Combine(folder, "output.log"),
            cancellation);
        await Ready.WaitAsync(Program, process, new Uri(address, "/-/healthy"), setting.Http, cancellation);
        var probe = new Uri(address, $"/probe?module=http_2xx&target={Uri.EscapeDataString(PageOf(server, kind).AbsoluteUri)}");
        if (!(await setting.Http.GetStringAsync(probe, cancellation)).Contains("probe_success 1", StringComparison.Ordinal)) throw new BenchmarkException($"{Program} does not reach its target.");
        return await CountAsync(process, server, () => Task.WhenAll(Enumerable.Range(0, Askers).Select(_ => AskAsync(setting.Http, probe, cancellation))), cancellation);
    }

    private static async Task AskAsync(HttpClient http, Uri probe, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Window) _ = await http.GetStringAsync(probe, cancellation);
    }

    private static async Task<double> CountAsync(GuardedProcess process, Backend server, Func<Task> work, CancellationToken cancellation)
    {
        var (count, cpu) = (await server.CountAsync(cancellation), ProcessUsage.OfGroup(process.Group).Cpu);
        await work();
        var used = (ProcessUsage.OfGroup(process.Group).Cpu - cpu).TotalSeconds;
        var made = await server.CountAsync(cancellation) - count;
        if (made < Targets || used <= 0) throw new BenchmarkException($"Only {made} pages were asked for:\n{process.ReadLastLines()}");
        return made / used;
    }

    private static Uri PageOf(Backend server, string kind) => new(server.Address, kind == "fresh" ? "/fresh" : "/");
}
