using System.Collections.Concurrent;
using System.Globalization;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>Tells how targets are, once or again and again: as the monitor knows when one runs, else by checks of its own.</summary>
public sealed class HeartbeatService : IDisposable
{
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(1);

    private readonly HeartbeatChecker _checker;
    private readonly HeartbeatWatch _watch;
    private readonly MonitorFollower? _monitor;

    /// <summary>Makes a service with connections of its own.</summary>
    /// <param name="state">The installation's state folder: it says what is being done to instances, its key and connections lead to droplets, and jobs' calls are there.</param>
    /// <param name="isDirect">Whether targets are checked also when a monitor runs that knows.</param>
    /// <param name="time">The clock; the system's when nothing.</param>
    public HeartbeatService(StateFolder state, bool isDirect = false, TimeProvider? time = null)
        : this(new HeartbeatChecker(state, time ?? TimeProvider.System), time ?? TimeProvider.System, new InstanceNotes(state, time ?? TimeProvider.System), isDirect ? null : new MonitorFollower(state))
    {
    }

    internal HeartbeatService(HeartbeatChecker checker, TimeProvider time, InstanceNotes? notes = null, MonitorFollower? monitor = null)
    {
        _checker = checker;
        _watch = new HeartbeatWatch(checker, time, notes);
        _monitor = monitor;
    }

    /// <summary>Checks targets once, all at the same time.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="progress">Hears how many have been checked.</param>
    /// <param name="ct">Ends the checks.</param>
    /// <returns>How each one is, in their order.</returns>
    public async Task<IReadOnlyList<Heartbeat>> TestAsync(IReadOnlyList<HeartbeatTarget> targets, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        const string Activity = "Checking heartbeats";
        var done = 0;
        try
        {
            var watched = await WatchedAsync(targets, progress, ct);
            var known = _monitor is null ? [] : await _monitor.CheckAsync([.. watched.Keys.Keys], progress, ct);
            return await Task.WhenAll(targets.Select(target => known.TryGetValue(HeartbeatKey.Of(target), out var heartbeat) ? Task.FromResult(heartbeat) : CheckAsync(target)));
        }
        finally
        {
            progress.Report(new ProgressMessage(Activity, Item: null, "done", IsCompleted: true));
        }

        async Task<Heartbeat> CheckAsync(HeartbeatTarget target)
        {
            var heartbeat = await _watch.TestAsync(target, ct);
            var count = Interlocked.Increment(ref done);
            progress.Report(new ProgressMessage(Activity, Item: null, string.Create(CultureInfo.InvariantCulture, $"{count} of {targets.Count}"), count * 100 / targets.Count));
            return heartbeat;
        }
    }

    /// <summary>Watches targets until it is ended.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="interval">The time from beat to beat, from 250 ms to a day; nothing for the monitor's, or a second when none runs.</param>
    /// <param name="isEach">Whether each beat is told; else only those at which a target came to be in another state.</param>
    /// <param name="progress">Gets the heartbeats as results.</param>
    /// <param name="ct">Ends the watch.</param>
    /// <returns>How many were told, in case there is nothing to watch.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatIntervalInvalid</c>.</exception>
    public async Task<int> WatchAsync(IReadOnlyList<HeartbeatTarget> targets, TimeSpan? interval, bool isEach, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        if (interval is { } given) HeartbeatIntervals.Check(given);
        var told = 0;
        var states = new ConcurrentDictionary<string, HeartbeatState>(StringComparer.Ordinal);
        // Whoever asks for an interval gets beats at that, and not at the monitor's.
        var (watched, last) = interval is null ? await WatchedAsync(targets, progress, ct) : ([], 0);
        foreach (var heartbeat in watched.Values.OfType<Heartbeat>()) Tell(heartbeat);
        HeartbeatTarget[] others = [.. targets.Where(target => !watched.ContainsKey(HeartbeatKey.Of(target)))];
        await Task.WhenAll(CheckAsync(others), FollowAsync());
        return told;

        Task CheckAsync(IReadOnlyList<HeartbeatTarget> own) => _watch.RunAsync(own, interval ?? UsualInterval, (heartbeat, _) => Tell(heartbeat), ct);

        async Task FollowAsync()
        {
            if (watched.Count == 0) return;
            await _monitor!.FollowAsync(watched.Keys.ToHashSet(StringComparer.Ordinal), last, isEach, Tell, progress, ct);
            ct.ThrowIfCancellationRequested();
            progress.Report(new VerboseMessage("The heartbeat monitor has ended: targets are checked without it from now on."));
            await CheckAsync([.. targets.Where(target => watched.ContainsKey(HeartbeatKey.Of(target)))]);
        }

        // Whoever checks now, what was told already is no news.
        void Tell(Heartbeat heartbeat)
        {
            var key = HeartbeatKey.Of(heartbeat);
            var isNews = !states.TryGetValue(key, out var before) || before != heartbeat.State;
            states[key] = heartbeat.State;
            // That a job has not called yet is told; that a failure is not confirmed yet is not, and has no cause.
            if (!isEach && (!isNews || heartbeat is { State: HeartbeatState.Unknown, Cause: null })) return;
            Interlocked.Increment(ref told);
            progress.Report(new ResultMessage(heartbeat));
        }
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose()
    {
        _checker.Dispose();
        _monitor?.Dispose();
    }

    private async Task<(Dictionary<string, Heartbeat?> Keys, long Last)> WatchedAsync(IReadOnlyList<HeartbeatTarget> targets, IProgress<OperationMessage> progress, CancellationToken ct) =>
        _monitor is null ? ([], 0) : await _monitor.FindAsync(targets, progress, ct);
}
