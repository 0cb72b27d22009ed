using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>
/// Watches targets that come and go. Each keeps its place in the interval as long as it is there, so that what is added or
/// removed moves nobody else's beats.
/// </summary>
public sealed class LiveWatch : IAsyncDisposable
{
    // Multiples of the golden ratio, modulo one, spread any number of points evenly, whenever one is added (Knuth, The Art
    // of Computer Programming, 6.4: the three-distance theorem).
    private const double GoldenRatio = 0.618_033_988_749_894_9;

    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);
    private readonly HeartbeatChecker _checker;
    private readonly InstanceNotes _notes;
    private readonly TimeProvider _time;
    private readonly BeatSchedule _schedule;
    private readonly Action<Heartbeat, bool> _beat;
    private readonly Lock _lock = new();
    private IReadOnlyList<HeartbeatTarget> _targets = [];
    private TimeSpan _interval;
    private int _placed;

    /// <summary>Makes a watch that watches nothing yet.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="beat">Hears of each check: how the target is, and whether that is news. Called from any thread, for one target at a time.</param>
    public LiveWatch(StateFolder state, TimeProvider time, Action<Heartbeat, bool> beat)
    {
        _checker = new HeartbeatChecker(state, time);
        _notes = new InstanceNotes(state, time);
        _time = time;
        _schedule = new BeatSchedule(time);
        _beat = beat;
    }

    /// <summary>What is watched, in order.</summary>
    public IReadOnlyList<HeartbeatTarget> Targets
    {
        get
        {
            lock (_lock) return _targets;
        }
    }

    /// <summary>Watches other targets, or at another interval. What stays as it was goes on.</summary>
    /// <param name="targets">The targets, each key once.</param>
    /// <param name="interval">The time from beat to beat.</param>
    /// <returns>A task that ends when what went is no longer checked.</returns>
    public async Task SetAsync(IReadOnlyList<HeartbeatTarget> targets, TimeSpan interval)
    {
        var gone = new List<Running>();
        lock (_lock)
        {
            var wanted = targets.ToDictionary(HeartbeatKey.Of, StringComparer.Ordinal);
            foreach (var (key, running) in _running.ToArray())
            {
                if (interval == _interval && wanted.GetValueOrDefault(key) == running.Watch.Target) continue;
                _running.Remove(key);
                gone.Add(running);
            }

            foreach (var (key, target) in wanted)
            {
                if (!_running.ContainsKey(key)) _running[key] = Start(target, interval);
            }

            (_targets, _interval) = (targets, interval);
        }

        await Task.WhenAll(gone.Select(running => running.DisposeAsync().AsTask()));
    }

    /// <summary>Checks targets now, as often as it takes to be sure.</summary>
    /// <param name="keys">The targets, by <see cref="HeartbeatKey"/>.</param>
    /// <param name="ct">Ends the checks.</param>
    /// <returns>How each one is that is watched.</returns>
    public async Task<IReadOnlyList<Heartbeat>> CheckAsync(IReadOnlyList<string> keys, CancellationToken ct)
    {
        TargetWatch[] watches;
        lock (_lock) watches = [.. keys.Select(key => _running.GetValueOrDefault(key)?.Watch).OfType<TargetWatch>()];
        return await Task.WhenAll(watches.Select(watch => watch.CheckAsync(ct)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await SetAsync([], TimeSpan.Zero);
        _schedule.Dispose();
        _checker.Dispose();
    }

    private Running Start(HeartbeatTarget target, TimeSpan interval)
    {
        var watch = new TargetWatch(target, _placed++ * GoldenRatio % 1, HeartbeatIntervals.Of(target, interval), _checker, _notes, _time, _beat);
        var ending = new CancellationTokenSource();
        return new Running(watch, ending, Task.Run(() => watch.RunAsync(_schedule, ending.Token)));
    }

    /// <summary>A target that is being watched.</summary>
    private sealed record Running(TargetWatch Watch, CancellationTokenSource Ending, Task Work) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Ending.CancelAsync();
            try
            {
                await Work;
            }
            catch (OperationCanceledException)
            {
                // That is how it ends.
            }

            Ending.Dispose();
            // Somebody may still wait for a check of it: then the last one to go takes it along.
            await Watch.CloseAsync();
        }
    }
}
