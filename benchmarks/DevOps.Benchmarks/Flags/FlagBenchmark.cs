namespace DevOps.Benchmarks.Flags;

/// <summary>
/// Feature flags: evaluations in memory beside those of others, the service's answers beside HAProxy's, how long a change takes to all
/// who follow, and what many flags cost.
/// </summary>
/// <param name="options">How to run; a load is one of the parts.</param>
internal sealed class FlagBenchmark(BenchmarkOptions options) : IBenchmark
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(12);

    /// <inheritdoc/>
    public string Name => "flags";

    /// <inheritdoc/>
    public Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellation) => BenchmarkRun.RunAsync(
        Name,
        Longest,
        options,
        async (setting, ct) =>
        {
            if (!OperatingSystem.IsLinux())
            {
                Console.WriteLine("Only evaluations are measured: the other parts of the flags benchmark read /proc and run on Linux only.");
                return await EvaluationRounds.RunAsync(options.Rounds, ct);
            }

            return await BenchmarkRun.PartsAsync(
                options,
                [
                    ("evaluation", () => EvaluationRounds.RunAsync(options.Rounds, ct)),
                    ("service", () => new ServiceRounds(setting, options).RunAsync(ct)),
                    ("propagation", () => PropagationRounds.RunAsync(setting, options.Rounds, ct)),
                    ("memory", () => ManyFlagsRounds.RunAsync(setting, options, ct)),
                ]);
        },
        cancellation);
}
