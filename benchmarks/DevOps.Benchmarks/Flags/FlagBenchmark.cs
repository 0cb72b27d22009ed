using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks.Flags;

/// <summary>
/// Feature flags: evaluations in memory beside those of others, the service's answers beside HAProxy's, how long a change takes to all
/// who follow, and what many flags cost.
/// </summary>
/// <param name="options">How to run; a load is one of the parts.</param>
internal sealed class FlagBenchmark(BalancerOptions options) : IBenchmark
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(12);

    /// <inheritdoc/>
    public string Name => "flags";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        var folder = Directory.CreateTempSubdirectory("devops-bench-").FullName;
        try
        {
            using var http = new HttpClient();
            var setting = new Setting(Checkout.FindRoot(), folder, http, [], []);
            if (options.IsPinned) setting = Setting.Pin(setting);
            (string Name, Func<Task<IReadOnlyList<Figure>>> Run)[] parts =
            [
                ("evaluation", () => EvaluationRounds.RunAsync(options.Rounds, limit.Token)),
                ("service", () => new ServiceRounds(setting, options).RunAsync(limit.Token)),
                ("propagation", () => PropagationRounds.RunAsync(setting, options.Rounds, limit.Token)),
                ("memory", () => ManyFlagsRounds.RunAsync(setting, options, limit.Token)),
            ];
            if (!OperatingSystem.IsLinux())
            {
                Console.WriteLine("Only evaluations are measured: the other parts of the flags benchmark read /proc and run on Linux only.");
                return await parts[0].Run();
            }

            List<Figure> figures = [];
            foreach (var part in parts.Where(part => options.Loads.Count == 0 || options.Loads.Contains(part.Name, StringComparer.Ordinal))) figures.AddRange(await part.Run());
            return figures;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new BenchmarkException("The flags benchmark took longer than it may; this machine is busy with something else.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
