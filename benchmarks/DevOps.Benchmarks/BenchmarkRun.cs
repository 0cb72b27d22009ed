using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks;

/// <summary>What every benchmark that starts programs has around it.</summary>
internal static class BenchmarkRun
{
    /// <summary>Whether this machine can tell what programs use. Says so when it cannot.</summary>
    /// <param name="name">The benchmark.</param>
    /// <returns>Whether it can.</returns>
    public static bool IsPossible(string name)
    {
        if (OperatingSystem.IsLinux()) return true;
        Console.WriteLine($"The {name} benchmark reads /proc and runs on Linux only.");
        return false;
    }

    /// <summary>Measures in a temporary folder, for no longer than may be.</summary>
    /// <param name="name">The benchmark.</param>
    /// <param name="longest">How long at most.</param>
    /// <param name="options">How to run.</param>
    /// <param name="measure">Measures.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="BenchmarkException">It took too long.</exception>
    public static async Task<IReadOnlyList<Figure>> RunAsync(
        string name,
        TimeSpan longest,
        BenchmarkOptions options,
        Func<Setting, CancellationToken, Task<IReadOnlyList<Figure>>> measure,
        CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(longest);
        var folder = Directory.CreateTempSubdirectory("devops-bench-").FullName;
        try
        {
            using var http = new HttpClient();
            var setting = new Setting(Checkout.FindRoot(), folder, http, [], []);
            return await measure(options.IsPinned ? Setting.Pin(setting) : setting, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new BenchmarkException($"The {name} benchmark took longer than it may; this machine is busy with something else.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Measures the parts that are wanted, one after another.</summary>
    /// <param name="options">How to run; a load is one of the parts.</param>
    /// <param name="parts">All parts, each with its name.</param>
    /// <returns>The figures.</returns>
    public static async Task<IReadOnlyList<Figure>> PartsAsync(BenchmarkOptions options, IReadOnlyList<(string Name, Func<Task<IReadOnlyList<Figure>>> Run)> parts)
    {
        List<Figure> figures = [];
        foreach (var part in options.ChooseLoads(parts, part => part.Name)) figures.AddRange(await part.Run());
        return figures;
    }
}
