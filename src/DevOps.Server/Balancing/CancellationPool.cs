using System.Collections.Concurrent;

namespace DevOps.Server.Balancing;

/// <summary>Keeps cancellation sources that were not used, so that a request that ends well makes none.</summary>
internal static class CancellationPool
{
    private const int LongestQueue = 1_024;

    private static readonly ConcurrentQueue<CancellationTokenSource> Sources = new();

    /// <summary>Takes a source that is not cancelled.</summary>
    /// <returns>The source.</returns>
    public static CancellationTokenSource Rent() => Sources.TryDequeue(out var source) ? source : new CancellationTokenSource();

    /// <summary>Gives a source back.</summary>
    /// <param name="source">The source, which nobody may use any more.</param>
    public static void Return(CancellationTokenSource source)
    {
        if (Sources.Count < LongestQueue && source.TryReset()) Sources.Enqueue(source);
        else source.Dispose();
    }
}
