using System.Threading.Channels;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>
/// The history of heartbeats. What is taken is kept in memory, within bounds, and written behind the back of whoever checks:
/// changes of state a moment later, all else every few seconds. What cannot be written is told, and tried again. Whoever asks
/// is told of both, what is in the file and what is not yet.
/// </summary>
internal sealed class HistoryStore : IAsyncDisposable
{
    private const int MostWaiting = 200_000;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TidyInterval = TimeSpan.FromMinutes(1);

    private readonly HistoryFile _file;
    private readonly HistoryLimits _limits;
    private readonly TimeProvider _time;
    private readonly Action<string?>? _notice;
    private readonly Recorder _recorder = new();
    private readonly Channel<Heartbeat> _waiting = Channel.CreateBounded<Heartbeat>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _remembering = new();
    private readonly Lock _writing = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly long _run;
    private readonly Task _work;
    private HistoryWriter? _writer;
    private string? _aside;
    private string? _told;
    private long _flushedAt;
    private long _tidiedAt;
    private bool _isLoaded;
    private volatile bool _hasChanges;

    private HistoryStore(HistoryFile file, HistoryLimits limits, TimeProvider time, Action<string?>? notice)
    {
        (_file, _limits, _time, _notice) = (file, limits, time, notice);
        (_flushedAt, _tidiedAt) = (time.GetTimestamp(), time.GetTimestamp());
        // No other run of this file has it: two do not begin in the same 100 ns.
        _run = time.GetUtcNow().UtcTicks;
        if (notice is null)
        {
            _work = Task.CompletedTask;
            return;
        }

        lock (_writing) Flush(isWhole: false);
        _work = Task.Run(WorkAsync);
    }

    /// <summary>The longest time from beat to beat that is no gap.</summary>
    public TimeSpan Interval
    {
        set
        {
            lock (_remembering) _recorder.Interval = (long)value.TotalMilliseconds;
        }
    }

    /// <summary>Opens the history, or begins one. A damaged file is put aside.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="limits">How much is kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="notice">Hears what is wrong with the file, in words; nothing when all is well again.</param>
    /// <returns>The history. It takes heartbeats also when nothing can be written.</returns>
    public static HistoryStore Open(StateFolder state, HistoryLimits limits, TimeProvider time, Action<string?> notice) => new(new HistoryFile(state), limits, time, notice);

    /// <summary>Opens the history for reading, while no monitor runs.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The history; nothing when there is none.</returns>
    public static HistoryStore? OpenForReading(StateFolder state, TimeProvider time)
    {
        var file = new HistoryFile(state);
        return file.Exists ? new HistoryStore(file, HistoryLimits.Usual, time, notice: null) : null;
    }

    /// <summary>Takes a heartbeat. Never waits and never fails.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    /// <param name="hasChanged">Whether the state is another one, which is written a moment later.</param>
    public void Take(Heartbeat heartbeat, bool hasChanged)
    {
        _waiting.Writer.TryWrite(heartbeat);
        if (hasChanged) _hasChanges = true;
    }

    /// <summary>Writes all that was taken, as far as it can be written.</summary>
    /// <returns>A task that ends when it is in the file.</returns>
    public Task FlushAsync() => Task.Run(() =>
    {
        lock (_writing) Flush(isWhole: true);
    });

    /// <summary>Tells how a target was.</summary>
    /// <param name="key">The target's key.</param>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How it was; nothing when it was never watched.</returns>
    public Task<HeartbeatHistory?> GetAsync(string key, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => ReadAsync<HeartbeatHistory?>(
        (reader, targets) => targets.FirstOrDefault(target => target.Key == HistoryTexts.Key(key)) is { } target ? HistorySummary.Of(reader, [target], from, NotLater(to), ct)[0] : null,
        ct);

    /// <summary>Tells how all targets were.</summary>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Each target that somebody looked at in the period.</returns>
    public Task<IReadOnlyList<HeartbeatHistory>> ListAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => ReadAsync<IReadOnlyList<HeartbeatHistory>>(
        (reader, targets) => [.. HistorySummary.Of(reader, targets, from, NotLater(to), ct).Where(history => history.Checks > 0 || history.Uptime is not null || history.Maintenance > TimeSpan.Zero)],
        ct);

    /// <summary>Divides a period into slices of the same length and tells how a target was in each.</summary>
    /// <param name="key">The target's key.</param>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="points">How many slices there are.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The slices, oldest first; none for a target that was never watched.</returns>
    public Task<IReadOnlyList<HistoryPoint>> LineAsync(string key, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken ct) => ReadAsync(
        (reader, targets) => targets.FirstOrDefault(target => target.Key == HistoryTexts.Key(key)) is { } target ? HistoryLine.Of(reader, target, HistoryTime.Of(from), HistoryTime.Of(to), points) : [],
        ct);

    /// <summary>Tells the uptime of all targets.</summary>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Per cent by key; nothing for one that nobody looked at.</returns>
    public async Task<IReadOnlyDictionary<string, double?>> UptimesAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var (begin, end) = (HistoryTime.Of(from), HistoryTime.Of(NotLater(to)));
        var uptimes = new Dictionary<string, double?>(StringComparer.Ordinal);
        var others = new List<string>();
        lock (_remembering)
        {
            Drain();
            foreach (var target in _recorder.Targets.Values)
            {
                var durations = new StateDurations();
                target.Timeline.AddTo(durations, begin, end);
                uptimes[target.Key] = durations.Uptime;
                // So many changes that memory does not hold them all.
                if (target.Timeline.CompleteFrom > begin) others.Add(target.Key);
            }
        }

        foreach (var key in others) uptimes[key] = (await GetAsync(key, from, to, ct))?.Uptime;
        return uptimes;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _work;
        lock (_writing)
        {
            if (_notice is not null) Flush(isWhole: true);
            _writer?.Dispose();
            _writer = null;
        }

        _ending.Dispose();
    }

    private DateTimeOffset NotLater(DateTimeOffset to) => _time.GetUtcNow() is var now && to > now ? now : to;

    private Task<T> ReadAsync<T>(Func<HistoryReader, IReadOnlyList<TargetView>, T> read, CancellationToken ct) => Task.Run(
        () =>
        {
            // First what is not in the file: what is written meanwhile is told by both, and counts once.
            IReadOnlyList<TargetView> views;
            lock (_remembering)
            {
                Drain();
                views = _recorder.Views();
            }

            using var connection = OpenOrNothing();
            if (_notice is null && connection is not null) views = FromFile(connection);
            return read(new HistoryReader(connection), views);
        },
        ct);

    // Without a monitor, nobody has looked since the last one was seen.
    private static TargetView[] FromFile(Microsoft.Data.Sqlite.SqliteConnection connection)
    {
        var seen = HistoryFile.Number(connection, "SELECT max(seen) FROM runs");
        var journal = HistoryReader.ReadJournal(connection).ToLookup(minute => minute.Key.Target);
        return [.. HistoryReader.ReadTargets(connection).Select(target => journal[target.Id].LastOrDefault() is { Value: { } beats } minute
            ? target with { KnownUntil = seen, Minute = minute.Key.Minute, Beats = beats }
            : target with { KnownUntil = seen })];
    }

    private Microsoft.Data.Sqlite.SqliteConnection? OpenOrNothing()
    {
        try
        {
            return _file.Exists ? _file.OpenForReading() : null;
        }
        catch (Exception exception) when (_notice is not null && HistoryFailure.IsExpected(exception))
        {
            // What is not in the file is told all the same; what is wrong with the file is told by whoever writes to it.
            return null;
        }
    }

    private async Task WorkAsync()
    {
        using var timer = new PeriodicTimer(LookInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                lock (_remembering) Drain();
                var isWhole = _time.GetElapsedTime(_flushedAt) >= FlushInterval;
                if (!isWhole && !_hasChanges) continue;
                lock (_writing)
                {
                    Flush(isWhole);
                    if (_time.GetElapsedTime(_tidiedAt) >= TidyInterval) Tidy();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    // Under the lock of what is remembered.
    private void Drain()
    {
        while (_waiting.Reader.TryRead(out var heartbeat)) _recorder.Add(heartbeat);
    }

    // Under the lock of the file.
    private void Flush(bool isWhole)
    {
        if (_notice is null) return;
        if (isWhole) _flushedAt = _time.GetTimestamp();
        _hasChanges = false;
        try
        {
            _writer ??= OpenWriter();
            var now = HistoryTime.Of(_time.GetUtcNow());
            HistoryBatch batch;
            lock (_remembering)
            {
                Drain();
                _recorder.Pass(now);
                batch = _recorder.Gather(now, isWhole);
            }

            _writer.Write(batch);
            lock (_remembering) _recorder.Confirm(batch);
            Tell(_aside);
        }
        catch (Exception exception) when (HistoryFailure.IsExpected(exception))
        {
            Fail(exception);
        }
    }

    private HistoryWriter OpenWriter()
    {
        var connection = _file.Open();
        try
        {
            var loader = new HistoryLoader(connection);
            lock (_remembering)
            {
                if (!loader.Knows(_run)) loader.Begin(_run, HistoryTime.Of(_time.GetUtcNow()));
                if (!_isLoaded) loader.Load(_recorder);
                _isLoaded = true;
            }

            return new HistoryWriter(connection, _run);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Fail(Exception exception)
    {
        _hasChanges = true;
        if (!HistoryFailure.IsDamage(exception))
        {
            Tell($"The history of heartbeats cannot be written: {HistoryFailure.InWords(exception)}.");
            return;
        }

        _writer?.Dispose();
        _writer = null;
        try
        {
            _aside = $"The history of heartbeats was damaged and was put aside as '{_file.PutAside(_time.GetUtcNow())}'; a new one has begun.";
            lock (_remembering) _recorder.StartAfresh();
            Tell(_aside);
        }
        catch (Exception failure) when (HistoryFailure.IsExpected(failure))
        {
            Tell($"The history of heartbeats is damaged, and cannot be put aside: {HistoryFailure.InWords(failure)}.");
        }
    }

    private void Tidy()
    {
        _tidiedAt = _time.GetTimestamp();
        if (_writer is null) return;
        try
        {
            HistoryTidying.Run(_writer.Connection, _limits, HistoryTime.Of(_time.GetUtcNow()));
        }
        catch (Exception exception) when (HistoryFailure.IsExpected(exception))
        {
            Fail(exception);
        }
    }

    private void Tell(string? problem)
    {
        if (problem == _told) return;
        _told = problem;
        _notice!(problem);
    }
}
