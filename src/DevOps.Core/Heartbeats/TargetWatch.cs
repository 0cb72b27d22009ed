using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>
/// Checks one target again and again at fixed times, so that beats do not drift towards those of other targets, and in
/// between when somebody asks. A check that takes longer than the interval leaves out the beats that it misses.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="place">Where in each interval the beat stands, from 0 up to 1.</param>
/// <param name="interval">The time from beat to beat.</param>
/// <param name="checker">Checks a target once.</param>
/// <param name="notes">What is known of instances; nothing when nothing is.</param>
/// <param name="time">The clock.</param>
/// <param name="beat">Hears of each check: how the target is, and whether that is news. Called from any thread, one at a time.</param>
internal sealed class TargetWatch(
    HeartbeatTarget target,
    double place,
    TimeSpan interval,
    HeartbeatChecker checker,
    InstanceNotes? notes,
    TimeProvider time,
    Action<Heartbeat, bool> beat) : IDisposable
{
    // How many places there are in an interval: beats of one place are begun together, which costs less than each by itself.
    private const int Places = 100;

    // What is confirmed too soon may be the same hiccup.
    private static readonly TimeSpan ConfirmationPause = TimeSpan.FromMilliseconds(50);

    private readonly HeartbeatTracker _tracker = new(target, time, notes);
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>The target.</summary>
    public HeartbeatTarget Target => target;

    /// <summary>Watches until it is ended. The first check is made at once.</summary>
    /// <param name="schedule">The schedule of all targets, from whose begin the beats are counted.</param>
    /// <param name="ct">Ends the watch.</param>
    /// <returns>A task that ends by <paramref name="ct"/> only.</returns>
    public async Task RunAsync(BeatSchedule schedule, CancellationToken ct)
    {
        using var turn = schedule.Join(ct);
        var offset = interval * (Math.Floor(place * Places) / Places);
        var last = (long)Math.Floor((schedule.Elapsed - offset) / interval);
        await CheckAsync(ct);
        while (true)
        {
            // A timer may end a little early: the number of the last beat keeps it from being made twice.
            var elapsed = schedule.Elapsed;
            last = Math.Max(last + 1, (long)Math.Ceiling((elapsed - offset) / interval));
            var due = offset + (interval * last);
            if (due > elapsed) await turn.WaitAsync(due);
            await CheckAsync(ct);
        }
    }

    /// <summary>Checks the target as often as it takes to be sure: a failure is confirmed at once.</summary>
    /// <param name="ct">Ends the checks.</param>
    /// <returns>How it is.</returns>
    public async Task<Heartbeat> CheckAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            while (true)
            {
                var (heartbeat, hasChanged) = _tracker.Take(await checker.CheckAsync(target, ct));
                beat(heartbeat, hasChanged);
                if (!_tracker.NeedsConfirmation) return heartbeat;
                await Task.Delay(ConfirmationPause, time, ct);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits until nobody checks the target any more.</summary>
    /// <returns>A task that ends when it may be disposed of; it is then.</returns>
    public async Task CloseAsync()
    {
        await _turn.WaitAsync();
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
