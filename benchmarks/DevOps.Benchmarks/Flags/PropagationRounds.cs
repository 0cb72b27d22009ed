using System.Diagnostics;
using DevOps.Benchmarks.Balancer;
using DevOps.Core.Flags.Client;

namespace DevOps.Benchmarks.Flags;

/// <summary>
/// How long it takes from the moment before a flag is switched at the master until the clients of the master and of both replicas have
/// the new value, with one flag and with many. Clients keep the last known flags in a file, as the service's does.
/// </summary>
internal static class PropagationRounds
{
    private const int Replicas = 2;

    private const int Writes = 1_000;

    private const double AimMilliseconds = 5;

    private static readonly TimeSpan LongestSwitch = TimeSpan.FromSeconds(10);

    /// <summary>Measures.</summary>
    /// <param name="setting">What is shared.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The figures.</returns>
    public static async Task<IReadOnlyList<Figure>> RunAsync(Setting setting, int rounds, CancellationToken cancellation)
    {
        await using var nodes = await FlagNodes.StartAsync(setting, Replicas, cancellation);
        List<FlagClient> clients = [];
        try
        {
            foreach (var (number, source) in nodes.Sources.Index()) clients.Add(await FlagClient.StartAsync(source, Path.Combine(setting.Folder, $"client-{number}", "flags.json"), cancellation: cancellation));
            var one = await MeasureAsync(nodes, clients, rounds, string.Empty, cancellation);
            await nodes.FillAsync(cancellation);
            return [.. one, .. await MeasureAsync(nodes, clients, rounds, $"_{FlagNodes.Many}", cancellation)];
        }
        finally
        {
            foreach (var client in clients) await client.DisposeAsync();
        }
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(FlagNodes nodes, List<FlagClient> clients, int rounds, string suffix, CancellationToken cancellation)
    {
        List<Figure> measured = [];
        // The first round is no more than a warm-up.
        for (var round = 0; round <= rounds; round++)
        {
            var samples = new List<double>(Writes);
            for (var write = 0; write < Writes; write++) samples.Add(await SwitchAsync(nodes, clients, isOn: write % 2 != 0, cancellation));
            if (round > 0) measured.Add(new Figure("propagation", Figure.Ours, "ms", samples));
        }

        return
        [
            new Figure($"propagation_p50{suffix}", Figure.Ours, "ms", [.. measured.Select(round => round.Median)]),
            new Figure($"propagation_p99{suffix}", Figure.Ours, "ms", [.. measured.Select(round => round.Quantile(0.99))], AimMilliseconds),
        ];
    }

    private static async Task<double> SwitchAsync(FlagNodes nodes, List<FlagClient> clients, bool isOn, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestSwitch);
        Task<long>[] followers = [.. clients.Select(client => SeeAsync(client, isOn, limit.Token))];
        var begin = Stopwatch.GetTimestamp();
        var change = nodes.SwitchAsync(isOn);
        var last = (await Task.WhenAll(followers)).Max();
        await change;
        return Stopwatch.GetElapsedTime(begin, last).TotalMilliseconds;
    }

    private static async Task<long> SeeAsync(FlagClient client, bool isOn, CancellationToken cancellation)
    {
        for (var flags = client.Flags; client.IsOn(FlagNodes.Flag) != isOn;) flags = await client.WaitForChangeAsync(flags, cancellation);
        return Stopwatch.GetTimestamp();
    }
}
