using System.Diagnostics;

namespace DevOps.Benchmarks.Flags;

/// <summary>Counts evaluations, and sees to it that they come to what they should.</summary>
internal static class Evaluations
{
    /// <summary>How many users are evaluated for in turn.</summary>
    public const int Users = 1_024;

    /// <summary>The flag that half of the users have.</summary>
    public const string RollOut = "rollout";

    private const int Batch = 10_000;

    /// <summary>The name of a user.</summary>
    /// <param name="number">His number.</param>
    /// <returns>The name.</returns>
    public static string User(int number) => $"user-{number}";

    /// <summary>Measures: once to warm up, once to count.</summary>
    /// <param name="kind">Which flag.</param>
    /// <param name="window">How long.</param>
    /// <param name="evaluate">Evaluates for the user of a number, so many times in a row as the second number says, and counts who has the flag.</param>
    /// <returns>Evaluations a second.</returns>
    public static async Task<double> MeasureAsync(string kind, TimeSpan window, Func<int, Task<int>> evaluate)
    {
        await RunAsync(kind, window, evaluate);
        return await RunAsync(kind, window, evaluate);
    }

    private static async Task<double> RunAsync(string kind, TimeSpan window, Func<int, Task<int>> evaluate)
    {
        var watch = Stopwatch.StartNew();
        var (count, on) = (0L, 0L);
        do
        {
            on += await evaluate(Batch);
            count += Batch;
        }
        while (watch.Elapsed < window);
        var elapsed = watch.Elapsed;
        var share = (double)on / count;
        if (kind == RollOut ? share is < 0.4 or > 0.6 : on != count) throw new BenchmarkException($"The flag was given to {share:P1} of the users.");
        return count / elapsed.TotalSeconds;
    }
}
