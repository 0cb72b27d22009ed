using DevOps.Core.Heartbeats.Monitor;
using DevOps.Model;

namespace DevOps.Server.Heartbeats;

/// <summary>The newest beats, numbered, for whoever follows the monitor. Changes are remembered longer than the others.</summary>
/// <param name="time">The clock.</param>
internal sealed class BeatLog(TimeProvider time)
{
    private const int Remembered = 20_000;

    private readonly Lock _lock = new();
    private readonly Queue<(long Number, Heartbeat Beat)> _beats = new();
    private readonly Queue<(long Number, Heartbeat Beat)> _changes = new();
    private TaskCompletionSource _anyNews = NewSource();
    private TaskCompletionSource _changeNews = NewSource();
    private long _last;

    /// <summary>The number of the newest beat.</summary>
    public long Last
    {
        get
        {
            lock (_lock) return _last;
        }
    }

    /// <summary>Adds a beat.</summary>
    /// <param name="beat">The beat.</param>
    /// <param name="hasChanged">Whether the target came to be in another state.</param>
    public void Add(Heartbeat beat, bool hasChanged)
    {
        lock (_lock)
        {
            _last++;
            Enqueue(_beats, beat);
            _anyNews.TrySetResult();
            if (!hasChanged) return;
            Enqueue(_changes, beat);
            _changeNews.TrySetResult();
        }
    }

    /// <summary>Gives the beats after a number, and waits for some to come.</summary>
    /// <param name="after">The number.</param>
    /// <param name="onlyChanges">Whether only changes are wanted.</param>
    /// <param name="wait">How long to wait when there are none.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The beats, as far back as they are remembered.</returns>
    public async Task<MonitorBeats> ReadAsync(long after, bool onlyChanges, TimeSpan wait, CancellationToken ct)
    {
        var (beats, news) = Look(after, onlyChanges);
        if (beats.Beats.Count > 0 || wait <= TimeSpan.Zero) return beats;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(news, Task.Delay(wait, time, limit.Token));
        await limit.CancelAsync();
        ct.ThrowIfCancellationRequested();
        return Look(after, onlyChanges).Beats;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Enqueue(Queue<(long Number, Heartbeat Beat)> queue, Heartbeat beat)
    {
        queue.Enqueue((_last, beat));
        if (queue.Count > Remembered) queue.Dequeue();
    }

    private (MonitorBeats Beats, Task News) Look(long after, bool onlyChanges)
    {
        lock (_lock)
        {
            // A source is made anew only when somebody waits, not with each of thousands of beats.
            if (_anyNews.Task.IsCompleted) _anyNews = NewSource();
            if (_changeNews.Task.IsCompleted) _changeNews = NewSource();
            var beats = (onlyChanges ? _changes : _beats).Where(entry => entry.Number > after).Select(entry => entry.Beat);
            return (new MonitorBeats([.. beats], _last), onlyChanges ? _changeNews.Task : _anyNews.Task);
        }
    }
}
