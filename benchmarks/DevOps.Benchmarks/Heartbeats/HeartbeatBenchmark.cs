using System.Diagnostics;
using System.Globalization;
using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks.Heartbeats;

/// <summary>
/// Our monitor beside prometheus-blackbox-exporter: how many pages each asks for a second of its own processor time. The
/// server that both ask counts them, so that neither is believed. Ours checks a thousand targets twice a second with all that
/// it does beside that: page, history, alerts. The peer probes whatever it is asked to, as fast as eight that ask can. Beside
/// them Uptime Kuma, for what it holds in memory with as many targets, each checked as often as it allows.
/// </summary>
/// <param name="options">How to run; a load is one of the kinds of connections, or <c>memory</c>.</param>
internal sealed class HeartbeatBenchmark(BenchmarkOptions options) : IBenchmark
{
    private const int Targets = 1_000;
    private const int Askers = 8;
    private const string Peer = "blackbox";
    private const string Program = "prometheus-blackbox-exporter";
    private const string Memory = "memory";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    // The name in the figures is that of fresh connections, since a peer that keeps its own is not there.
    private static readonly (string Load, string Figure)[] Kinds = [("fresh", "checks_per_cpu"), ("kept", "checks_per_cpu.kept")];

    private TimeSpan WarmUp => TimeSpan.FromSeconds(options.WarmUpSeconds);

    private TimeSpan Window => TimeSpan.FromSeconds(options.Seconds);

    /// <inheritdoc/>
    public string Name => "heartbeat";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellation)
    {
        if (!BenchmarkRun.IsPossible(Name)) return [];
        var contestants = options.ChooseContestants([.. options.Ours.Select(variant => variant.Name), Peer, KumaPeer.Name], name => name);
        var loads = options.ChooseLoads([.. Kinds.Select(kind => kind.Load), Memory], load => load);
        // Compiled once, which takes minutes: that is no part of the measurement.
        var kuma = loads.Contains(Memory) && contestants.Contains(KumaPeer.Name) ? await PrepareKumaAsync(cancellation) : null;
        return await BenchmarkRun.RunAsync(
            Name,
            Longest,
            options,
            async (setting, ct) =>
            {
                await using var server = await Backend.StartAsync("target", LoopbackPorts.Find(1)[0], Path.Combine(setting.Folder, "target"), setting, ct);
                var figures = await MeasureAsync(setting, server, contestants, [.. Kinds.Where(kind => loads.Contains(kind.Load))], ct);
                return kuma is null ? figures : [.. figures, new Figure(Memory, KumaPeer.Name, "MB", await KumaPeer.MeasureAsync(setting, kuma, server, PageOf(server, "kept"), Targets, ct))];
            },
            cancellation);
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

    private async Task<IReadOnlyList<Figure>> MeasureAsync(Setting setting, Backend server, List<string> wanted, List<(string Load, string Figure)> kinds, CancellationToken cancellation)
    {
        var ours = options.Ours.Where(variant => wanted.Contains(variant.Name)).ToList();
        var memory = ours.ToDictionary(variant => variant.Name, _ => new List<double>(), StringComparer.Ordinal);
        List<(string Name, Func<string, CancellationToken, Task<double>> Measure)> contestants = [.. ours.Select(variant => (variant.Name, Measurement(variant)))];
        // It makes a connection for each probe, whatever the server allows.
        if (wanted.Contains(Peer)) contestants.Add((Peer, (load, ct) => PeerAsync(setting, server, load, ct)));
        var samples = new Dictionary<(string Load, string Of), List<double>>();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (load, _) in kinds)
            {
                for (var turn = 0; turn < contestants.Count; turn++)
                {
                    var (name, measure) = contestants[(round + turn) % contestants.Count];
                    var value = await measure(load, cancellation);
                    if (!samples.TryGetValue((load, name), out var values)) samples[(load, name)] = values = [];
                    values.Add(value);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{load,-5} {round + 1}/{options.Rounds} {name,-10} {value,8:0} checks per CPU second"));
                }
            }
        }

        return
        [
            .. kinds.SelectMany(kind => contestants.Select(contestant => new Figure(kind.Figure, contestant.Name, "1/s", samples[(kind.Load, contestant.Name)]))),
            .. memory.Where(one => kinds.Count > 0).Select(one => new Figure(Memory, one.Key, "MB", one.Value)),
        ];

        Func<string, CancellationToken, Task<double>> Measurement(OursVariant variant) => async (load, ct) =>
        {
            var (checks, megabytes) = await OursAsync(setting, server, variant, load, ct);
            memory[variant.Name].Add(megabytes);
            return checks;
        };
    }

    private async Task<(double ChecksPerCpu, double Megabytes)> OursAsync(Setting setting, Backend server, OursVariant variant, string load, CancellationToken cancellation)
    {
        var targets = Enumerable.Repeat(PageOf(server, load), Targets);
        await using var monitor = await MonitorUnderTest.StartAsync(setting, NewFolder(setting, variant.Name), targets, Interval, cancellation, variant);
        await Task.Delay(WarmUp, cancellation);
        return (await CountAsync(monitor.Process, server, () => Task.Delay(Window, cancellation), cancellation), monitor.Megabytes);
    }

    private async Task<double> PeerAsync(Setting setting, Backend server, string load, CancellationToken cancellation)
    {
        var folder = NewFolder(setting, Peer);
        var address = new Uri($"http://127.0.0.1:{LoopbackPorts.Find(1)[0]}/");
        await using var process = await GuardedProcess.StartAsync(
            [Tools.Find(Program), $"--web.listen-address={address.Authority}", $"--config.file={setting.Peers.PathOf("blackbox.yml")}", "--log.level=error"],
            new Dictionary<string, string>(StringComparer.Ordinal),
            Path.Combine(folder, "output.log"),
            cancellation);
        await Ready.WaitAsync(Program, process, new Uri(address, "/-/healthy"), setting.Http, cancellation);
        var probe = new Uri(address, $"/probe?module=http_2xx&target={Uri.EscapeDataString(PageOf(server, load).AbsoluteUri)}");
        if (!(await setting.Http.GetStringAsync(probe, cancellation)).Contains("probe_success 1", StringComparison.Ordinal)) throw new BenchmarkException($"{Program} does not reach its target.");
        return await CountAsync(process, server, () => Task.WhenAll(Enumerable.Range(0, Askers).Select(_ => AskAsync(setting.Http, probe, cancellation))), cancellation);
    }

    private async Task AskAsync(HttpClient http, Uri probe, CancellationToken cancellation)
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

    private static Uri PageOf(Backend server, string load) => new(server.Address, load == "fresh" ? "/fresh" : "/");

    private static string NewFolder(Setting setting, string of) => Directory.CreateDirectory(Path.Combine(setting.Folder, $"{of}-{Guid.NewGuid():N}")).FullName;
}
