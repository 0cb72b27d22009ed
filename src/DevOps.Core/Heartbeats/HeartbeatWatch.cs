using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>
/// Checks targets again and again, each at the interval and none at the same moment as the others. The first checks are
/// made at once. A check that takes longer than the interval leaves out the beats that it misses, of its own target only.
/// </summary>
/// <param name="checker">Checks a target once.</param>
/// <param name="time">The clock.</param>
/// <param name="notes">What is known of instances; nothing when nothing is.</param>
internal sealed class HeartbeatWatch(HeartbeatChecker checker, TimeProvider time, InstanceNotes? notes = null)
{
    /// <summary>Watches until it is ended.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="interval">The time from beat to beat.</param>
    /// <param name="beat">Hears of each check: how the target is, and whether that is news. Called from any thread, for one target at a time.</param>
    /// <param name="ct">Ends the watch.</param>
    /// <returns>A task that ends by <paramref name="ct"/> only.</returns>
    public async Task RunAsync(IReadOnlyList<HeartbeatTarget> targets, TimeSpan interval, Action<Heartbeat, bool> beat, CancellationToken ct)
    {
        using var schedule = new BeatSchedule(time);
        TargetWatch[] watches = [.. targets.Select((target, index) =>
            new TargetWatch(target, (double)index / targets.Count, HeartbeatIntervals.Of(target, interval), checker, notes, time, beat))];
        try
        {
            await Task.WhenAll(watches.Select(watch => watch.RunAsync(schedule, ct)));
        }
        finally
        {
            foreach (var watch in watches) watch.Dispose();
        }
    }

    /// <summary>Checks a target as often as it takes to be sure.</summary>
    /// <param name="target">The target.</param>
    /// <param name="ct">Ends the checks.</param>
    /// <returns>How it is.</returns>
    public async Task<Heartbeat> TestAsync(HeartbeatTarget target, CancellationToken ct)
    {
        using var watch = new TargetWatch(target, place: 0, TimeSpan.Zero, checker, notes, time, (_, _) => { });
        return await watch.CheckAsync(ct);
    }
}
