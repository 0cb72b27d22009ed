namespace DevOps.Benchmarks.Balancer;

/// <summary>
/// Our balancer beside others': each with the same 2:1 split to the same two backends, on this machine's loopback, under
/// the same load by wrk, all started at the beginning and then asked in turn.
/// </summary>
/// <param name="options">How to run.</param>
internal sealed class BalancerBenchmark(BalancerOptions options) : IBenchmark
{
    /// <summary>What the backend is called that gets two of three requests.</summary>
    public const string Production = "production";

    private const string Canary = "canary";

    // On top of the loads' own time: starts, installation of packages, a machine that is busy with something else.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public string Name => "balancer";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("The balancer benchmark reads /proc and runs on Linux only.");
            return [];
        }

        var contestants = Choose(options.Only, AllContestants(), contestant => contestant.Name, "contestant");
        var loads = Choose(options.Loads, Load.All, load => load.Name, "load");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Margin + TimeSpan.FromSeconds(contestants.Count * ((loads.Count * options.Rounds * options.Seconds) + (2 * options.WarmUpSeconds))));
        var folder = Directory.CreateTempSubdirectory("devops-bench-").FullName;
        try
        {
            using var http = new HttpClient { Timeout = AnswerTimeout };
            var setting = new Setting(Checkout.FindRoot(), folder, http, [], []);
            return await MeasureAsync(contestants, loads, options.IsPinned ? Setting.Pin(setting) : setting, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new BenchmarkException("The balancer benchmark took longer than it may; this machine is busy with something else.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private List<IContestant> AllContestants() =>
    [
        new OursContestant(Figure.Ours, options.Variables),
        new HaproxyContestant(),
        new NginxContestant(),
        new YarpContestant(),
        new NodeContestant(),
        .. options.Variants.Select(variant => new OursContestant(
            variant.Name,
            new Dictionary<string, string>([.. options.Variables.Where(variable => !variant.Variables.ContainsKey(variable.Key)), .. variant.Variables], StringComparer.Ordinal),
            variant.ProgramFile)),
    ];

    private static List<T> Choose<T>(IReadOnlyList<string> names, IReadOnlyList<T> all, Func<T, string> nameOf, string what)
    {
        var unknown = names.Except(all.Select(nameOf), StringComparer.Ordinal).ToList();
        return unknown.Count == 0
            ? [.. all.Where(one => names.Count == 0 || names.Contains(nameOf(one), StringComparer.Ordinal))]
            : throw new BenchmarkException($"There is no {what} '{string.Join("', '", unknown)}'. There are: {string.Join(", ", all.Select(nameOf))}.");
    }

    private async Task<IReadOnlyList<Figure>> MeasureAsync(List<IContestant> contestants, List<Load> loads, Setting setting, CancellationToken cancellation)
    {
        var ports = LoopbackPorts.Find(contestants.Count + 2);
        var wrk = new Wrk(setting.Peers.PathOf("report.lua"), setting.LoadPrefix);
        await using var production = await Backend.StartAsync(Production, ports[0], Path.Combine(setting.Folder, Production), setting, cancellation);
        await using var canary = await Backend.StartAsync(Canary, ports[1], Path.Combine(setting.Folder, Canary), setting, cancellation);
        List<RunningContestant> running = [];
        try
        {
            foreach (var (index, contestant) in contestants.Index())
            {
                var place = new ContestantPlace(ports[index + 2], Path.Combine(setting.Folder, "contestants", contestant.Name), production.Endpoint, canary.Endpoint);
                running.Add(await RunningContestant.StartAsync(contestant, place, setting, cancellation));
            }

            foreach (var contestant in running) Console.WriteLine($"split {contestant.Name}: {await SplitCheck.RunAsync(contestant, setting.Http, cancellation)}");
            return await new LoadRounds(wrk, production, canary, options).RunAsync(running, loads, cancellation);
        }
        finally
        {
            foreach (var contestant in running) await contestant.DisposeAsync();
        }
    }
}
