using System.Globalization;
using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks.Flags;

/// <summary>
/// <c>GET /featureflag</c> with a token over a few connections that are kept, at the service, which reads a real Redis, and at HAProxy, which
/// always says the same, in turn.
/// </summary>
/// <param name="setting">What is shared.</param>
/// <param name="options">How often and for how long.</param>
internal sealed class ServiceRounds(Setting setting, BenchmarkOptions options)
{
    private const string Token = "devops-flags-benchmark";

    private const int Connections = 16;

    /// <summary>Measures.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The figures.</returns>
    public async Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellation)
    {
        await using var nodes = await FlagNodes.StartAsync(setting, replicas: 0, cancellation);
        List<IContestant> contestants =
        [
            .. options.Ours.Select(variant => new ServiceContestant(variant, nodes.Sources[0], Token)),
            new StaticContestant(),
        ];
        List<RunningContestant> running = [];
        try
        {
            foreach (var contestant in options.ChooseContestants(contestants, contestant => contestant.Name))
            {
                var place = new ContestantPlace(LoopbackPorts.Find(1)[0], Path.Combine(setting.Folder, "contestants", contestant.Name));
                running.Add(await RunningContestant.StartAsync(contestant, place, setting, cancellation));
            }

            foreach (var contestant in running) await CheckAsync(contestant, cancellation);
            return await MeasureAsync(running, cancellation);
        }
        finally
        {
            foreach (var contestant in running) await contestant.DisposeAsync();
        }
    }

    private static Uri Page(RunningContestant contestant) => new(contestant.Address, FlagNodes.Flag);

    private async Task CheckAsync(RunningContestant contestant, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Page(contestant)) { Headers = { { "Authorization", $"Bearer {Token}" } } };
        using var response = await setting.Http.SendAsync(request, cancellation);
        var answer = await response.Content.ReadAsStringAsync(cancellation);
        if (answer != """{"featureflag":true}""") throw new BenchmarkException($"{contestant.Name} answers {(int)response.StatusCode} {answer}");
    }

    private async Task<IReadOnlyList<Figure>> MeasureAsync(List<RunningContestant> running, CancellationToken cancellation)
    {
        var wrk = new Wrk(setting.Peers.PathOf("report.lua"), setting.LoadPrefix, $"Authorization: Bearer {Token}");
        foreach (var contestant in running) await wrk.RunAsync(Page(contestant), Connections, options.WarmUpSeconds, cancellation);
        var seen = running.ToDictionary(contestant => contestant, _ => new List<(WrkResult Answers, double Cpu, double Memory)>());
        for (var round = 0; round < options.Rounds; round++)
        {
            for (var turn = 0; turn < running.Count; turn++)
            {
                var contestant = running[(round + turn) % running.Count];
                var before = ProcessUsage.OfGroup(contestant.Process.Group);
                var answers = await wrk.RunAsync(Page(contestant), Connections, options.Seconds, cancellation);
                var after = ProcessUsage.OfGroup(contestant.Process.Group);
                if (answers.Requests == 0 || answers.NotOk + answers.SocketErrors > 0) throw new BenchmarkException($"{contestant.Name} gave {answers.Requests} answers, {answers.NotOk} of them not OK, with {answers.SocketErrors} socket errors:\n{contestant.Process.ReadLastLines()}");
                var cpu = (after.Cpu - before.Cpu).TotalMicroseconds / answers.Requests;
                seen[contestant].Add((answers, cpu, after.ResidentMegabytes));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"service {round + 1}/{options.Rounds} {contestant.Name,-10} {answers.RequestsPerSecond,8:0} requests/s {cpu,6:0.0} µs CPU  p99 {answers.P99.TotalMilliseconds,6:0.00} ms"));
            }
        }

        (string Name, string Unit, Func<(WrkResult Answers, double Cpu, double Memory), double> Value)[] kinds =
        [
            ("service_rps", "requests/s", one => one.Answers.RequestsPerSecond),
            ("service_cpu", "µs/request", one => one.Cpu),
            ("service_p99", "ms", one => one.Answers.P99.TotalMilliseconds),
            ("service_memory", "MB", one => one.Memory),
        ];
        return
        [
            .. from kind in kinds
               from contestant in running
               select new Figure(kind.Name, contestant.Name, kind.Unit, [.. seen[contestant].Select(kind.Value)]),
        ];
    }
}
