using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>
/// Checks targets again and again, each at the interval and none at the same moment as the others. The first checks are
/// made at once. A check that takes longer than the interval leaves out the beats that it misses, of its own target only.
/// </summary>
/// <param name="checker">Checks a target once.</param>
/// <param name="time">The clock.</param>
internal sealed class HeartbeatWatch(HeartbeatChecker checker, TimeProvider time)
{
    /// <summary>The shortest interval.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest interval.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    // OpenSSH 9.8 and later refuse an address for a while from which connections come faster that do not log in
    // (sshd_config(5), PerSourcePenalties: a second for each, from fifteen on), also those that would. Units of droplets need
    // no such limit: that connection logs in, and is kept from beat to beat.
    private static readonly TimeSpan ShortestSshInterval = TimeSpan.FromSeconds(5);

    // What is confirmed too soon may be the same hiccup.
    private static readonly TimeSpan ConfirmationPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Watches until it is ended.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="interval">The time from beat to beat.</param>
    /// <param name="beat">Hears of each check: how the target is, and whether that is news. Called from any thread, for one target at a time.</param>
    /// <param name="ct">Ends the watch.</param>
    /// <returns>A task that ends by <paramref name="ct"/> only.</returns>
    public Task RunAsync(IReadOnlyList<HeartbeatTarget> targets, TimeSpan interval, Action<Heartbeat, bool> beat, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        return Task.WhenAll(targets.Select((target, index) =>
        {
            var own = target.Uri.Scheme == HeartbeatTargetRules.Ssh && interval < ShortestSshInterval ? ShortestSshInterval : interval;
            return WatchAsync(target, began, own * index / targets.Count, own, beat, ct);
        }));
    }

    /// <summary>Checks a target as often as it takes to be sure.</summary>
    /// <param name="target">The target.</param>
    /// <param name="ct">Ends the checks.</param>
    /// <returns>How it is.</returns>
    public Task<Heartbeat> TestAsync(HeartbeatTarget target, CancellationToken ct) => SettleAsync(target, new HeartbeatTracker(target, time), (_, _) => { }, ct);

    private async Task WatchAsync(HeartbeatTarget target, long began, TimeSpan offset, TimeSpan interval, Action<Heartbeat, bool> beat, CancellationToken ct)
    {
        var tracker = new HeartbeatTracker(target, time);
        var last = (long)Math.Floor((time.GetElapsedTime(began) - offset) / interval);
        await SettleAsync(target, tracker, beat, ct);
        while (true)
        {
            // The beats stand at fixed times from the beginning on, so that they do not drift towards one another. A timer
            // may end a little early: the number of the last beat keeps it from being made twice.
            var elapsed = time.GetElapsedTime(began);
            last = Math.Max(last + 1, (long)Math.Ceiling((elapsed - offset) / interval));
            var wait = offset + (interval * last) - elapsed;
            if (wait > TimeSpan.Zero) await Task.Delay(wait, time, ct);
            await SettleAsync(target, tracker, beat, ct);
        }
    }

    // A failure is confirmed at once, as often as the target wants it.
    private async Task<Heartbeat> SettleAsync(HeartbeatTarget target, HeartbeatTracker tracker, Action<Heartbeat, bool> beat, CancellationToken ct)
    {
        while (true)
        {
            var (heartbeat, hasChanged) = tracker.Take(await checker.CheckAsync(target, ct));
            beat(heartbeat, hasChanged);
            if (!tracker.NeedsConfirmation) return heartbeat;
            await Task.Delay(ConfirmationPause, time, ct);
        }
    }
}
