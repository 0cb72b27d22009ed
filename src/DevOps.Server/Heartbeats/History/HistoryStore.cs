using System.Threading.Channels;
using DevOps.Core;
using DevOps.Core.State;
using DevOps.Model;
using Microsoft.Data.Sqlite;

namespace DevOps.Server.Heartbeats.History;

/// <summary>
/// The history of heartbeats, in <c>STATE/heartbeats/history.db</c>: how each target was and when, how often it was checked
/// and how long that took. One process writes it; any number may read it meanwhile. Nothing that is wrong with the file
/// stops whoever tells heartbeats: what cannot be written is kept in memory, as far as there is room.
/// <para>
/// A time in which nobody looked is unknown: before the first check, from the end of a process (or its last sign of life, when it
/// was killed) to the next one's first check, and when checks fail to come for more than four intervals and ten seconds, as
/// on a machine that sleeps. Time goes only on: while a clock that was set back has not caught up, all counts as of the
/// latest time that is known.
/// </para>
/// </summary>
internal sealed class HistoryStore : IAsyncDisposable
{
    private const int DrainsPerFlush = 5;
    private const int MostPoints = 5_000;
    private static readonly TimeSpan DrainEvery = TimeSpan.FromSeconds(1);

    private readonly HistoryFile _file;
    private readonly TimeProvider _time;
    private readonly Recorder? _recorder;
    private readonly HistoryArchive? _archive;
    private readonly HistoryQueue _queue = new();

    // Holds the recorder; never while the disk is waited for, save when the file is opened.
    private readonly Lock _gate = new();

    // Holds the file.
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _running;
    private int _wantsWhole;
    private bool _isDisposed;

    private HistoryStore(HistoryFile file, TimeProvider time)
    {
        _file = file;
        _time = time;
        _running = Task.CompletedTask;
    }

    private HistoryStore(HistoryFile file, HistoryLimits limits, TimeProvider time, Action<string?> notice)
    {
        _file = file;
        _time = time;
        _recorder = new Recorder();
        _archive = new HistoryArchive(file, _recorder, _gate, limits, time, new HistoryNotices(notice, limits, time));
        _archive.Open();
        _running = Task.WhenAll(Task.Run(DrainAsync), Task.Run(WriteAsync));
    }

    /// <summary>
    /// The longest time from beat to beat of any target, a minute when nobody says; for at least four of them and ten
    /// seconds a target counts as looked at. What is checked less often than that is learnt from its third check on.
    /// </summary>
    public TimeSpan Interval
    {
        get
        {
            lock (_gate) return TimeSpan.FromMilliseconds(_recorder?.Interval ?? HistoryTime.Minute);
        }

        set
        {
            lock (_gate)
            {
                if (_recorder is not null) _recorder.Interval = Math.Max(1, (long)value.TotalMilliseconds);
            }
        }
    }

    /// <summary>
    /// Opens the history for the one process that writes it, and begins one when there is none. A damaged file is put aside as
    /// <c>history.db.damaged-YYYYMMDDHHMMSS</c>. Does not fail: a file that cannot be opened is tried again and again.
    /// </summary>
    /// <param name="state">The state folder.</param>
    /// <param name="limits">How much is kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="notice">Hears what is wrong, in words, and nothing when all is well again. Called from any thread, one at a time.</param>
    /// <returns>The history.</returns>
    public static HistoryStore Open(StateFolder state, HistoryLimits limits, TimeProvider time, Action<string?> notice) => new(new HistoryFile(state), limits, time, notice);

    /// <summary>Opens the history for reading, beside the process that writes it or when none does.</summary>
    /// <param name="state">The state folder.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The history; nothing when there is none.</returns>
    public static HistoryStore? OpenForReading(StateFolder state, TimeProvider time) => new HistoryFile(state) is { Exists: true } file ? new HistoryStore(file, time) : null;

    /// <summary>Takes a heartbeat. Never waits and never fails; a history that was opened for reading takes none.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    /// <param name="hasChanged">Whether the target's state has changed, which is written at once and not within five seconds.</param>
    public void Take(Heartbeat heartbeat, bool hasChanged)
    {
        if (_recorder is null) return;
        _queue.Add(heartbeat);
        if (hasChanged) _wakes.Writer.TryWrite(true);
    }

    /// <summary>Writes all that was taken. When that cannot be, the notice says why, and it is tried again every few seconds.</summary>
    /// <returns>A task that ends when all is in the file, or the notice was given.</returns>
    public Task FlushAsync() => FlushAsync(isWhole: true);

    /// <summary>Tells how a target was.</summary>
    /// <param name="key">The target's key, as <see cref="Core.Heartbeats.HeartbeatKey"/> gives it.</param>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends; what is in the future is left out.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>Its history; nothing when it was never watched.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatHistoryUnreadable</c>.</exception>
    public Task<HeartbeatHistory?> GetAsync(string key, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => ReadAsync(
        connection =>
        {
            var views = ViewsOf(connection, HistoryTexts.Key(key));
            return views.Count == 0 ? null : HistorySummary.Of(new HistoryReader(connection), views, from, End(from, to), ct)[0];
        },
        ct);

    /// <summary>Tells how all targets were.</summary>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends; what is in the future is left out.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>Their histories, in the order of their environments, groups and names.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatHistoryUnreadable</c>.</exception>
    public Task<IReadOnlyList<HeartbeatHistory>> ListAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => ReadAsync(
        connection =>
        {
            var views = ViewsOf(connection, key: null).OrderBy(view => view.Key, StringComparer.Ordinal).ToList();
            return views.Count == 0 ? [] : HistorySummary.Of(new HistoryReader(connection), views, from, End(from, to), ct);
        },
        ct);

    /// <summary>Draws a target's line.</summary>
    /// <param name="key">The target's key, as <see cref="Core.Heartbeats.HeartbeatKey"/> gives it.</param>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends; what is in the future is left out.</param>
    /// <param name="points">How many slices of the same length to make, at most 5000.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>The slices, oldest first; none when the target was never watched, or when the period is empty.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatHistoryUnreadable</c>.</exception>
    public Task<IReadOnlyList<HistoryPoint>> LineAsync(string key, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken ct) => ReadAsync<IReadOnlyList<HistoryPoint>>(
        connection =>
        {
            var views = ViewsOf(connection, HistoryTexts.Key(key));
            var (begin, end) = (HistoryTime.Of(from), HistoryTime.Of(End(from, to)));
            return views.Count == 0 || end <= begin || points < 1 ? [] : HistoryLine.Of(new HistoryReader(connection), views[0], begin, end, Math.Min(points, MostPoints));
        },
        ct);

    /// <summary>Tells the uptime of all targets. Asks the file only about those that change all the time.</summary>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends; what is in the future is left out.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>The uptime in per cent by key; nothing for a target that was neither up, degraded nor down.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatHistoryUnreadable</c>.</exception>
    public async Task<IReadOnlyDictionary<string, double?>> UptimesAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var (begin, end) = (HistoryTime.Of(from), HistoryTime.Of(End(from, to)));
        if (_recorder is null) return await ReadAsync(connection => Uptimes(new HistoryReader(connection), ViewsOf(connection, key: null), begin, end), ct);
        var uptimes = new Dictionary<string, double?>();
        var asked = new List<TargetView>();
        lock (_gate)
        {
            Drain();
            foreach (var target in _recorder.Targets.Values)
            {
                if (target.Timeline.CompleteFrom > begin)
                {
                    asked.Add(_recorder.View(target));
                    continue;
                }

                var durations = new StateDurations();
                target.Timeline.AddTo(durations, begin, end);
                uptimes[target.Key] = durations.Uptime;
            }
        }

        if (asked.Count == 0) return uptimes;
        foreach (var (key, uptime) in await ReadAsync(connection => Uptimes(new HistoryReader(connection), asked, begin, end), ct)) uptimes[key] = uptime;
        return uptimes;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await _stop.CancelAsync();
        _wakes.Writer.TryComplete();
        await _running;
        await FlushAsync();
        _archive?.Dispose();
        _writing.Dispose();
        _stop.Dispose();
    }

    private static Dictionary<string, double?> Uptimes(HistoryReader reader, IReadOnlyList<TargetView> targets, long from, long to) =>
        targets.ToDictionary(target => target.Key, target => StateDurations.Of(reader.Changes(target, from, to), from, to).Uptime);

    // The future is not known, and a period does not end before it begins.
    private DateTimeOffset End(DateTimeOffset from, DateTimeOffset to)
    {
        var now = _time.GetUtcNow();
        var end = to < now ? to : now;
        return end < from ? from : end;
    }

    private async Task<T> ReadAsync<T>(Func<SqliteConnection?, T> read, CancellationToken ct)
    {
        try
        {
            return await Task.Run(() => Read(read), ct);
        }
        catch (Exception exception) when (HistoryFailure.IsExpected(exception) && exception is not DevOpsException)
        {
            throw new DevOpsException(
                "HeartbeatHistoryUnreadable",
                FailureKind.OperationFailed,
                $"The heartbeat history '{_file.Path}' cannot be read: {HistoryFailure.InWords(exception)}.",
                "Start the heartbeat monitor: it puts a damaged history aside and begins a new one.",
                _file.Path,
                exception);
        }
    }

    private T Read<T>(Func<SqliteConnection?, T> read)
    {
        if (!_file.Exists) return read(null);
        SqliteConnection connection;
        try
        {
            connection = _file.OpenForReading();
        }
        catch (Exception exception) when (_recorder is not null && HistoryFailure.IsExpected(exception))
        {
            // The monitor's own memory still tells what it saw.
            return read(null);
        }

        using (connection)
        {
            if (_recorder is not null) return read(connection);
            // All that is asked is of one moment, whatever is written meanwhile.
            using var transaction = new HistoryTransaction(connection, isForReading: true);
            return read(connection);
        }
    }

    // What is not in the file is looked at before the file is: what moves from here to there meanwhile is seen twice, and never not at all.
    private IReadOnlyList<TargetView> ViewsOf(SqliteConnection? connection, string? key)
    {
        if (_recorder is null) return connection is null ? [] : StoredTargets.Read(connection, key);
        lock (_gate)
        {
            Drain();
            if (key is null) return _recorder.Views();
            return _recorder.Targets.TryGetValue(key, out var target) ? [_recorder.View(target)] : [];
        }
    }

    private void Drain()
    {
        // The time first: read after the checks, it could be past some that have come meanwhile, and nobody would seem to have looked.
        var now = HistoryTime.Of(_time.GetUtcNow());
        _queue.Drain(_recorder!.Add);
        _recorder.Pass(now);
    }

    private async Task FlushAsync(bool isWhole)
    {
        if (_archive is null) return;
        await _writing.WaitAsync();
        try
        {
            await Task.Run(() => _archive.Write(() => Gather(isWhole), isWhole));
        }
        finally
        {
            _writing.Release();
        }
    }

    private HistoryBatch Gather(bool isWhole)
    {
        Drain();
        return _recorder!.Gather(HistoryTime.Of(_time.GetUtcNow()), isWhole);
    }

    // The disk may keep a writer waiting; what was taken does not pile up behind it.
    private async Task DrainAsync()
    {
        using var timer = new PeriodicTimer(DrainEvery, _time);
        try
        {
            for (var count = 1; await timer.WaitForNextTickAsync(_stop.Token); count++)
            {
                lock (_gate) Drain();
                if (count % DrainsPerFlush != 0) continue;
                Interlocked.Exchange(ref _wantsWhole, 1);
                _wakes.Writer.TryWrite(true);
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }

    private async Task WriteAsync()
    {
        await foreach (var _ in _wakes.Reader.ReadAllAsync())
        {
            await FlushAsync(isWhole: Interlocked.Exchange(ref _wantsWhole, 0) == 1);
        }
    }
}
