using Microsoft.AspNetCore.Connections;

namespace DevOps.Server.Balancing;

/// <summary>Counts the connections of clients.</summary>
internal sealed class Connections
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    private long _count;

    /// <summary>How many there are.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Counts a connection for as long as it lives.</summary>
    /// <param name="next">What serves it.</param>
    /// <returns>What serves and counts it.</returns>
    public ConnectionDelegate Counting(ConnectionDelegate next) => async connection =>
    {
        Interlocked.Increment(ref _count);
        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    };

    /// <summary>Waits until something is so.</summary>
    /// <param name="isSo">What.</param>
    /// <param name="longest">How long at most.</param>
    /// <param name="time">The clock.</param>
    /// <returns>A task that ends then.</returns>
    public static async Task WaitAsync(Func<bool> isSo, TimeSpan longest, TimeProvider time)
    {
        // Only while a process ends: counting without locks is worth more than an event.
        var began = time.GetTimestamp();
        while (!isSo() && time.GetElapsedTime(began) < longest) await Task.Delay(LookInterval, time);
    }
}
