namespace DevOps.Benchmarks.Balancer;

/// <summary>
/// Our balancer beside others': each with the same 2:1 split to the same two backends, on this machine's loopback, under
/// the same load by wrk, all started at the beginning and then asked in turn.
/// </summary>
/// <param name="options">How to run.</param>
internal sealed class BalancerBenchmark(BenchmarkOptions options) : IBenchmark
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
        if (!BenchmarkRun.IsPossible(Name)) return [];
        var contestants = options.ChooseContestants(AllContestants(), contestant => contestant.Name);
        var loads = options.ChooseLoads(Load.All, load => load.Name);
        var longest = Margin + TimeSpan.FromSeconds(contestants.Count * ((loads.Count * options.Rounds * options.Seconds) + (2 * options.WarmUpSeconds)));
        return await BenchmarkRun.RunAsync(Name, longest, options, (setting, ct) => MeasureAsync(contestants, loads, setting, ct), cancellation);
    }

    private List<IContestant> AllContestants() =>
    [
        .. options.Ours.Select(variant => new OursContestant(variant)),
        new HaproxyContestant(),
        new NginxContestant(),
        new YarpContestant(),
        new NodeContestant(),
    ];

    private async Task<IReadOnlyList<Figure>> MeasureAsync(List<IContestant> contestants, List<Load> loads, Setting setting, CancellationToken cancellation)
    {
        setting.Http.Timeout = AnswerTimeout;
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
