using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>
/// What one browser is sent: a snapshot or what it missed, then everything that happens. A browser that does not follow is
/// waited for and then told how everything is instead of how it came to be so; nothing is kept for it.
/// </summary>
internal static class EventStream
{
    // What a browser waits before it connects again after it lost the connection.
    private static readonly TimeSpan Reconnection = TimeSpan.FromSeconds(1);

    /// <summary>Follows the board.</summary>
    /// <param name="board">The board.</param>
    /// <param name="after">The id of the last event that the browser has; nothing when it has none.</param>
    /// <param name="ct">Ends the stream.</param>
    /// <returns>The events.</returns>
    public static async IAsyncEnumerable<SseItem<byte[]>> ReadAsync(MonitorBoard board, string? after, [EnumeratorCancellation] CancellationToken ct)
    {
        var time = board.Time;
        var ticked = time.GetTimestamp();
        TimeSpan? reconnection = Reconnection;
        while (!ct.IsCancellationRequested)
        {
            var (events, more) = board.After(after);
            foreach (var item in events)
            {
                after = board.IdOf(item.Number);
                yield return new SseItem<byte[]>(item.Data, item.Name) { EventId = after, ReconnectionInterval = reconnection };
                reconnection = null;
            }

            // Who missed nothing is told at once that he is connected.
            var left = reconnection is null ? board.Beat - time.GetElapsedTime(ticked) : TimeSpan.Zero;
            if (left <= TimeSpan.Zero)
            {
                ticked = time.GetTimestamp();
                yield return new SseItem<byte[]>(board.Tick(), "tick") { EventId = after, ReconnectionInterval = reconnection };
                reconnection = null;
            }
            else if (events.Count == 0 && !await ComesAsync(more, left, time, ct))
            {
                yield break;
            }
        }
    }

    // Whether to go on: something came, or it is time for a tick.
    private static async Task<bool> ComesAsync(Task more, TimeSpan limit, TimeProvider time, CancellationToken ct)
    {
        try
        {
            await more.WaitAsync(limit, time, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
