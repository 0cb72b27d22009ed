using System.Globalization;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>Checks targets, once or again and again.</summary>
public sealed class HeartbeatService : IDisposable
{
    private readonly HeartbeatChecker _checker;
    private readonly HeartbeatWatch _watch;

    /// <summary>Makes a service with connections of its own.</summary>
    /// <param name="state">The installation's state folder: its key and connections lead to droplets, and jobs' calls are there.</param>
    /// <param name="time">The clock; the system's when nothing.</param>
    public HeartbeatService(StateFolder state, TimeProvider? time = null)
        : this(new HeartbeatChecker(state, time ?? TimeProvider.System), time ?? TimeProvider.System)
    {
    }

    internal HeartbeatService(HeartbeatChecker checker, TimeProvider time)
    {
        _checker = checker;
        _watch = new HeartbeatWatch(checker, time);
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
            return await Task.WhenAll(targets.Select(CheckAsync));
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

    /// <summary>Checks targets again and again until it is ended.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="interval">The time from beat to beat, from 250 ms to a day.</param>
    /// <param name="isEach">Whether each beat is told; else only those at which a target came to be in another state.</param>
    /// <param name="progress">Gets the heartbeats as results.</param>
    /// <param name="ct">Ends the watch.</param>
    /// <returns>How many were told, in case there is nothing to watch.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatIntervalInvalid</c>.</exception>
    public async Task<int> WatchAsync(IReadOnlyList<HeartbeatTarget> targets, TimeSpan interval, bool isEach, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        if (interval < HeartbeatWatch.ShortestInterval || interval > HeartbeatWatch.LongestInterval)
        {
            throw new DevOpsException(
                "HeartbeatIntervalInvalid",
                FailureKind.InvalidInput,
                string.Create(CultureInfo.InvariantCulture, $"Targets cannot be checked every {interval.TotalSeconds:0.###} s."),
                "Give an interval from 250ms to 1 day.",
                interval);
        }

        var told = 0;
        await _watch.RunAsync(
            targets,
            interval,
            (heartbeat, hasChanged) =>
            {
                if (!isEach && !hasChanged) return;
                Interlocked.Increment(ref told);
                progress.Report(new ResultMessage(heartbeat));
            },
            ct);
        return told;
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _checker.Dispose();
}
