using System.Globalization;

namespace DevOps.Benchmarks.Balancer;

/// <summary>Puts the loads on the contestants in turn and sums up what was seen.</summary>
/// <param name="wrk">Who puts the load on.</param>
/// <param name="production">The backend that gets two of three requests.</param>
/// <param name="canary">The backend that gets each third.</param>
/// <param name="options">How often and for how long.</param>
internal sealed class LoadRounds(Wrk wrk, Backend production, Backend canary, BenchmarkOptions options)
{
    private readonly Dictionary<(Load Load, string Contestant), List<Measurement>> _measurements = [];

    /// <summary>Measures.</summary>
    /// <param name="contestants">The contestants.</param>
    /// <param name="loads">The loads.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The figures.</returns>
    public async Task<IReadOnlyList<Figure>> RunAsync(IReadOnlyList<RunningContestant> contestants, IReadOnlyList<Load> loads, CancellationToken cancellation)
    {
        await WarmUpAsync(contestants, loads, cancellation);
        foreach (var load in loads)
        {
            for (var round = 0; round < options.Rounds; round++)
            {
                // In turn, and each round begins with another one, so that whatever else the machine does meets all alike.
                for (var turn = 0; turn < contestants.Count; turn++)
                {
                    var contestant = contestants[(round + turn) % contestants.Count];
                    var measurement = await MeasureAsync(contestant, load, cancellation);
                    var key = (load, contestant.Name);
                    if (!_measurements.TryGetValue(key, out var list)) _measurements[key] = list = [];
                    list.Add(measurement);
                    Tell(load, round, contestant, measurement);
                }
            }
        }

        foreach (var contestant in contestants) TellErrors(contestant.Name);
        return [.. loads.SelectMany(load => FiguresOf(load, contestants)), .. PeakMemory(contestants)];
    }

    // What is compiled while it runs gets the time for it; the connections to the backends are there.
    private async Task WarmUpAsync(IReadOnlyList<RunningContestant> contestants, IReadOnlyList<Load> loads, CancellationToken cancellation)
    {
        var seconds = Math.Max(1, options.WarmUpSeconds / loads.Count);
        foreach (var load in loads)
        {
            var alone = await wrk.RunAsync(new Uri(production.Address, load.Path), load.Connections, seconds: 1, cancellation);
            Say($"{load.Name}: one backend alone answers {alone.RequestsPerSecond:0} requests/s");
            foreach (var contestant in contestants) await wrk.RunAsync(new Uri(contestant.Address, load.Path), load.Connections, seconds, cancellation);
        }

        foreach (var contestant in contestants) contestant.EmptyLogs();
    }

    private async Task<Measurement> MeasureAsync(RunningContestant contestant, Load load, CancellationToken cancellation)
    {
        var productionBefore = await production.CountAsync(cancellation);
        var canaryBefore = await canary.CountAsync(cancellation);
        var before = ProcessUsage.OfGroup(contestant.Process.Group);
        var answers = await wrk.RunAsync(new Uri(contestant.Address, load.Path), load.Connections, options.Seconds, cancellation);
        var after = ProcessUsage.OfGroup(contestant.Process.Group);
        if (answers.Requests == 0) throw new BenchmarkException($"{contestant.Name} answered nothing under the load '{load.Name}':\n{contestant.Process.ReadLastLines()}");
        contestant.EmptyLogs();
        double toProduction = await production.CountAsync(cancellation) - productionBefore;
        var toCanary = await canary.CountAsync(cancellation) - canaryBefore;
        return new Measurement(
            answers,
            (after.Cpu - before.Cpu).TotalMicroseconds / answers.Requests,
            after.ResidentMegabytes,
            toProduction / (toProduction + toCanary));
    }

    private void Tell(Load load, int round, RunningContestant contestant, Measurement seen)
    {
        var answers = seen.Answers;
        var errors = answers.NotOk + answers.SocketErrors == 0 ? "no errors" : $"{answers.NotOk} answers not OK, {answers.SocketErrors} socket errors";
        Say($"{load.Name} {round + 1}/{options.Rounds} {contestant.Name,-10} {answers.RequestsPerSecond,8:0} requests/s {seen.CpuMicroseconds,6:0.0} µs CPU  p50 {answers.P50.TotalMilliseconds,6:0.00} ms  p99 {answers.P99.TotalMilliseconds,6:0.00} ms  {seen.ProductionPart:0.00 %} to production  {errors}");
    }

    private void TellErrors(string contestant)
    {
        var all = _measurements.Where(entry => entry.Key.Contestant == contestant).SelectMany(entry => entry.Value).ToList();
        var part = all.Sum(seen => seen.ProductionPart * seen.Answers.Requests) / all.Sum(seen => seen.Answers.Requests);
        Say($"sum {contestant}: {all.Sum(seen => seen.Answers.Requests)} requests, {part:0.000 %} to production, {all.Sum(seen => seen.Answers.NotOk)} answers not OK, {all.Sum(seen => seen.Answers.SocketErrors)} socket errors");
    }

    private IEnumerable<Figure> FiguresOf(Load load, IReadOnlyList<RunningContestant> contestants)
    {
        (string Name, string Unit, Func<Measurement, double> Value)[] kinds =
        [
            ("rps", "requests/s", seen => seen.Answers.RequestsPerSecond),
            ("cpu", "µs/request", seen => seen.CpuMicroseconds),
            ("p50", "ms", seen => seen.Answers.P50.TotalMilliseconds),
            ("p99", "ms", seen => seen.Answers.P99.TotalMilliseconds),
            ("memory", "MB", seen => seen.ResidentMegabytes),
        ];
        return
            from kind in kinds
            from contestant in contestants
            select new Figure(kind.Name + load.Suffix, contestant.Name, kind.Unit, [.. _measurements[(load, contestant.Name)].Select(kind.Value)]);
    }

    private static IEnumerable<Figure> PeakMemory(IEnumerable<RunningContestant> contestants) =>
        contestants.Select(contestant => new Figure("memory_peak", contestant.Name, "MB", [ProcessUsage.OfGroup(contestant.Process.Group).PeakMegabytes]));

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
