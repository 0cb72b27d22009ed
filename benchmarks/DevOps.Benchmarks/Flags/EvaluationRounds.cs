using System.Diagnostics;
using System.Globalization;
using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks.Flags;

/// <summary>
/// Evaluations of a Boolean flag a second on one thread, for 1,024 users in turn: one that is the same for all, and one that half of them
/// have. Ours and Microsoft.FeatureManagement in this process, flagd-core and unleash-client on node.
/// </summary>
internal static class EvaluationRounds
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(1);

    private static readonly string[] Kinds = ["static", "rollout"];

    private static readonly string[] NodePeers = ["flagdcore", "unleash"];

    /// <summary>Measures.</summary>
    /// <param name="rounds">How often.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The figures.</returns>
    public static async Task<IReadOnlyList<Figure>> RunAsync(int rounds, CancellationToken cancellation)
    {
        var program = await NodePackages.PrepareAsync(Checkout.FindRoot(), "flags", "evaluate.js", cancellation);
        var samples = new Dictionary<(string Kind, string Of), List<double>>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var kind in Kinds)
            {
                Add(kind, Figure.Ours, await OwnEvaluation.MeasureAsync(kind, Window));
                Add(kind, "featuremanagement", await MicrosoftEvaluation.MeasureAsync(kind, Window));
                foreach (var peer in NodePeers) Add(kind, peer, await NodeAsync(program, peer, kind, cancellation));
            }
        }

        return [.. samples.Select(sample => new Figure($"eval_{sample.Key.Kind}", sample.Key.Of, "1/s", sample.Value))];

        void Add(string kind, string of, double value)
        {
            if (!samples.TryGetValue((kind, of), out var values)) samples[(kind, of)] = values = [];
            values.Add(value);
        }
    }

    private static async Task<double> NodeAsync(string program, string peer, string kind, CancellationToken cancellation)
    {
        string[] arguments = [program, peer, kind, Window.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)];
        using var process = Process.Start(new ProcessStartInfo(Tools.Find("node"), arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestRun);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 && double.TryParse(output, CultureInfo.InvariantCulture, out var rate) ? rate : throw new BenchmarkException($"{peer} did not measure (exit code {process.ExitCode}): {output}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BenchmarkException($"{peer} did not measure within {LongestRun.TotalMinutes:0} minute.");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
