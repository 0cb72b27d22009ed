using System.Globalization;
using System.Threading.Channels;
using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks.Heartbeats;

/// <summary>
/// Our monitor under a thousand checks a second, of a thousand targets and of ten thousand: what it holds in memory, how far
/// its beats come behind their schedule and how many come, how fast its page is there, and how fast the box of a killed instance is red.
/// </summary>
/// <param name="options">How to run; a load is one of the parts.</param>
internal sealed class MonitorBenchmark(BenchmarkOptions options) : IBenchmark
{
    private const int Some = 1_000;
    private const int Many = 10_000;
    private const int Visits = 9;
    private const int Kills = 30;
    private const int Watched = 100;
    private const double Percentile = 0.99;
    private const double PerCent = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LogDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPaintAim = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RedAim = Interval + TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RedLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <inheritdoc/>
    public string Name => "monitor";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellation)
    {
        if (!BenchmarkRun.IsPossible(Name)) return [];
        await using var browser = await PageVisit.StartAsync();
        return await BenchmarkRun.RunAsync(
            Name,
            Longest,
            options,
            (setting, ct) => BenchmarkRun.PartsAsync(
                options,
                [
                    ("1000", () => CarryAsync(setting, Some, Interval, browser, ct)),
                    ("10000", () => CarryAsync(setting, Many, LongInterval, browser: null, ct)),
                    ("red", () => KillAsync(setting, browser, ct)),
                ]),
            cancellation);
    }

    private static async Task<IReadOnlyList<Figure>> CarryAsync(Setting setting, int targets, TimeSpan interval, PageVisit? browser, CancellationToken cancellation)
    {
        var servers = new List<InstanceServer>();
        try
        {
            var port = LoopbackPorts.Find(1)[0];
            for (var left = targets; left > 0; left -= InstanceServer.Most) servers.Add(await InstanceServer.StartAsync(servers.Count, Math.Min(left, InstanceServer.Most), port, setting, cancellation));
            var name = string.Create(CultureInfo.InvariantCulture, $"{targets}");
            await using var monitor = await MonitorUnderTest.StartAsync(setting, name, servers.SelectMany(server => server.Addresses), interval, cancellation);
            await Ready.WaitAsync("The monitor", monitor.Process, new Uri(monitor.Page, "live"), setting.Http, cancellation);
            await Task.Delay(Settling, cancellation);

            var (from, memory) = (DateTimeOffset.UtcNow, new List<double>());
            for (; DateTimeOffset.UtcNow - from < Window; await Task.Delay(LookInterval, cancellation)) memory.Add(monitor.Megabytes);
            var to = DateTimeOffset.UtcNow;
            await Task.Delay(LogDelay, cancellation);
            var drift = Drift([.. servers.SelectMany(server => server.ReadArrivals(from, to))], targets, interval);
            List<Figure> figures =
            [
                new($"memory.{name}", Figure.Ours, "MB", memory),
                new($"drift.{name}", Figure.Ours, "ms", drift),
                Worst($"drift.{name}", drift),
                new($"beats.{name}", Figure.Ours, "%", [PerCent * drift.Count / (targets * ((to - from) / interval))]),
            ];
            if (browser is not null) figures.AddRange(await LookAsync(browser, monitor.Page, targets));
            return figures;
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
    }

    // A beat is never early: the one of a target that came soonest shows where its schedule is.
    private static List<double> Drift(IReadOnlyList<IReadOnlyList<double>> arrivals, int targets, TimeSpan interval)
    {
        if (arrivals.Count < targets) throw new BenchmarkException($"Only {arrivals.Count} of {targets} targets were checked.");
        var drift = new List<double>();
        foreach (var times in arrivals)
        {
            List<double> places = [.. times.Select(time => time - (Math.Round((time - times[0]) / interval.TotalMilliseconds) * interval.TotalMilliseconds))];
            drift.AddRange(places.Select(place => place - places.Min()));
        }

        return drift;
    }

    private static async Task<IReadOnlyList<Figure>> LookAsync(PageVisit browser, Uri page, int targets)
    {
        var times = new List<PageTimes>();
        // The first one compiles what serves the page, and finds nothing of the browser in memory.
        for (var visit = 0; visit <= Visits; visit++) times.Add(await browser.TimeAsync(page, targets));
        return
        [
            new Figure($"page.{targets}.first", Figure.Ours, "ms", [times[0].Shown]),
            new Figure($"page.{targets}.paint", Figure.Ours, "ms", [.. times.Skip(1).Select(time => time.FirstPaint)], FirstPaintAim.TotalMilliseconds),
            new Figure($"page.{targets}.boxes", Figure.Ours, "ms", [.. times.Skip(1).Select(time => time.Boxes)]),
            new Figure($"page.{targets}.shown", Figure.Ours, "ms", [.. times.Skip(1).Select(time => time.Shown)], FirstPaintAim.TotalMilliseconds),
        ];
    }

    // Each kill comes a thirtieth of the interval later after a beat than the one before, so that the worst moment, just after
    // a beat, has its turn as well as the best one.
    private static async Task<IReadOnlyList<Figure>> KillAsync(Setting setting, PageVisit browser, CancellationToken cancellation)
    {
        var port = LoopbackPorts.Find(1)[0];
        await using var others = await InstanceServer.StartAsync(1, Watched - 1, port, setting, cancellation);
        var victim = await InstanceServer.StartAsync(0, 1, port, setting, cancellation);
        try
        {
            await using var monitor = await MonitorUnderTest.StartAsync(setting, "kills", [victim.Addresses[0], .. others.Addresses], Interval, cancellation);
            await Ready.WaitAsync("The monitor", monitor.Process, new Uri(monitor.Page, "live"), setting.Http, cancellation);
            await Task.Delay(Settling / 2, cancellation);
            var changes = await browser.FollowAsync(monitor.Page);
            await WaitAsync(changes, "Up", cancellation);
            var (began, red) = (DateTimeOffset.UtcNow, new List<double>());
            for (var kill = 0; kill < Kills; kill++)
            {
                var beat = Math.Ceiling((DateTimeOffset.UtcNow - began) / Interval);
                await Task.Delay(began + (Interval * (beat + ((double)kill / Kills))) - DateTimeOffset.UtcNow, cancellation);
                var killedAt = DateTimeOffset.UtcNow;
                victim.Kill();
                red.Add(await WaitAsync(changes, "Down", cancellation) - (killedAt - DateTimeOffset.UnixEpoch).TotalMilliseconds);
                await victim.DisposeAsync();
                victim = await InstanceServer.StartAsync(0, 1, port, setting, cancellation);
                await WaitAsync(changes, "Up", cancellation);
            }

            return [new Figure("red", Figure.Ours, "ms", red), Worst("red", red, RedAim.TotalMilliseconds)];
        }
        finally
        {
            await victim.DisposeAsync();
        }
    }

    private static async Task<double> WaitAsync(ChannelReader<BoxChange> changes, string state, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(RedLimit);
        while (true)
        {
            var change = await changes.ReadAsync(limit.Token);
            if (change.Name == MonitorUnderTest.NameOf(0) && change.State == state) return change.At;
        }
    }

    private static Figure Worst(string name, List<double> samples, double? aim = null) => new($"{name}.p99", Figure.Ours, "ms", [new Figure(name, Figure.Ours, "ms", samples).Quantile(Percentile)], aim);
}
