using System.Diagnostics;
using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks.Flags;

/// <summary>What many flags cost the service: memory, and time from its start until it answers, beside a service that has one flag.</summary>
internal static class ManyFlagsRounds
{
    // Until then it has written its file, and what only the start needed is no longer touched.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    /// <summary>Measures.</summary>
    /// <param name="setting">What is shared.</param>
    /// <param name="options">How often, and with which variables.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The figures.</returns>
    public static async Task<IReadOnlyList<Figure>> RunAsync(Setting setting, BenchmarkOptions options, CancellationToken cancellation)
    {
        await using var one = await FlagNodes.StartAsync(setting, replicas: 0, cancellation);
        await using var many = await FlagNodes.StartAsync(setting, replicas: 0, cancellation);
        await many.FillAsync(cancellation);
        List<(double Start, double Memory)> withOne = [];
        List<(double Start, double Memory)> withMany = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            withOne.Add(await StartAsync(one, $"one-{round}"));
            withMany.Add(await StartAsync(many, $"many-{round}"));
        }

        return
        [
            new Figure("start", Figure.Ours, "ms", [.. withOne.Select(seen => seen.Start)]),
            new Figure($"start_{FlagNodes.Many}", Figure.Ours, "ms", [.. withMany.Select(seen => seen.Start)]),
            new Figure("memory", Figure.Ours, "MB", [.. withOne.Select(seen => seen.Memory)]),
            new Figure($"memory_{FlagNodes.Many}", Figure.Ours, "MB more", [.. withMany.Zip(withOne, (more, less) => more.Memory - less.Memory)]),
        ];

        async Task<(double Start, double Memory)> StartAsync(FlagNodes nodes, string name)
        {
            var contestant = new ServiceContestant(new OursVariant(name, options.Variables, ProgramFile: null), nodes.Sources[0], token: name);
            var clock = Stopwatch.StartNew();
            await using var running = await RunningContestant.StartAsync(contestant, new ContestantPlace(LoopbackPorts.Find(1)[0], Path.Combine(setting.Folder, "services", name)), setting, cancellation);
            var start = clock.Elapsed.TotalMilliseconds;
            await Task.Delay(Settling, cancellation);
            return (start, ProcessUsage.OfGroup(running.Process.Group).ResidentMegabytes);
        }
    }
}
