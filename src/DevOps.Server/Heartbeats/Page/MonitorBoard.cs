using System.Text.Json;
using DevOps.Core.Heartbeats;
using DevOps.Model;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>
/// Everything that the page shows. The monitor writes here what it learns, from any thread; browsers read here, each at its
/// own pace.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class MonitorBoard(TimeProvider time) : IDisposable
{
    private const int MostEvents = 2_048;
    private const int MostBytes = 4 * 1024 * 1024;

    // A beat that changes nothing may wait this long for others to travel with.
    private static readonly TimeSpan CollectingTime = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShortestBeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBeat = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly EventRing _ring = new(MostEvents, MostBytes);
    private readonly Dictionary<string, BoardRow> _rowOf = [];
    private readonly List<BeatMessage> _collected = [];
    private readonly string _epoch = Guid.NewGuid().ToString("N")[..8];
    private readonly SilenceWatch _silence = new(time);
    private TaskCompletionSource _changed = NewSignal();
    private ITimer? _timer;
    private BoardRow[] _rows = [];
    private TimeSpan _interval = ShortestBeat;
    private BoardPart<CanaryBalancer> _balancers = new("balancers");
    private BoardPart<Deployment> _deployments = new("deployments");
    private BoardPart<string> _notices = new("notices");
    private (long Number, byte[] Data)? _snapshot;

    /// <summary>What the clock says, and with what browsers are waited for.</summary>
    public TimeProvider Time => time;

    /// <summary>The last heartbeat of each target that was checked, in the targets' order.</summary>
    public IReadOnlyList<Heartbeat> Heartbeats
    {
        get
        {
            lock (_lock) return [.. _rows.Select(row => row.Last).OfType<Heartbeat>()];
        }
    }

    /// <summary>The longest time between two events that a browser is sent.</summary>
    public TimeSpan Beat
    {
        get
        {
            lock (_lock) return BeatOf(_interval);
        }
    }

    /// <summary>Says which targets there are. Those that went leave the page; new ones are unknown until they are checked.</summary>
    /// <param name="targets">The targets, in their order.</param>
    /// <param name="interval">The time from check to check.</param>
    public void SetTargets(IReadOnlyList<HeartbeatTarget> targets, TimeSpan interval)
    {
        lock (_lock)
        {
            var rows = targets.DistinctBy(HeartbeatKey.Of).Select(RowFor).ToArray();
            var isSame = interval == _interval && rows.SequenceEqual(_rows);
            if (isSame) return;
            Flush();
            var added = rows.Where(row => !_rowOf.TryGetValue(row.Key, out var known) || known != row).ToArray();
            _rows = rows;
            _interval = interval;
            _rowOf.Clear();
            foreach (var row in rows) _rowOf[row.Key] = row;
            _silence.Expect(interval, rows.Length > 0);
            var message = new TargetsMessage((long)BeatOf(interval).TotalMilliseconds, [.. rows.Select(row => row.Key)], [.. added.Select(row => row.ToMessage())]);
            Publish("targets", JsonSerializer.SerializeToUtf8Bytes(message, BoardJson.Default.TargetsMessage));
        }
    }

    /// <summary>Takes a heartbeat. That of a target which is not shown is forgotten.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    /// <param name="hasChanged">Whether the state is another one; then everybody is told at once.</param>
    public void Take(Heartbeat heartbeat, bool hasChanged)
    {
        lock (_lock)
        {
            if (!_rowOf.TryGetValue(HeartbeatKey.Of(heartbeat), out var row)) return;
            _silence.Hear();
            hasChanged |= row.Last is null || row.Last.State != heartbeat.State;
            _collected.Add(row.Take(heartbeat));
            if (hasChanged) Flush();
            else if (_collected.Count == 1) Timer.Change(CollectingTime, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Says how much of the day targets were up.</summary>
    /// <param name="uptimeOfDayByKey">Per cent by key; nothing for one that was never looked at.</param>
    public void SetUptimes(IReadOnlyDictionary<string, double?> uptimeOfDayByKey)
    {
        lock (_lock)
        {
            var changed = _rows.Where(row => row.SetUptime(uptimeOfDayByKey.GetValueOrDefault(row.Key))).ToDictionary(row => row.Key, row => row.Uptime);
            if (changed.Count > 0) Publish("uptimes", JsonSerializer.SerializeToUtf8Bytes(changed, BoardJson.Default.IReadOnlyDictionaryStringNullableDouble));
        }
    }

    /// <summary>Says how balancers are.</summary>
    /// <param name="balancers">All balancers.</param>
    public void SetBalancers(IReadOnlyList<CanaryBalancer> balancers) => Set(ref _balancers, balancers, JsonSerializer.SerializeToUtf8Bytes([.. balancers.Select(BoardMessage.Of)], BoardJson.Default.IReadOnlyListBalancerMessage));

    /// <summary>Says which deployments are under way or have just ended.</summary>
    /// <param name="deployments">Those deployments.</param>
    public void SetDeployments(IReadOnlyList<Deployment> deployments) => Set(ref _deployments, deployments, JsonSerializer.SerializeToUtf8Bytes([.. deployments.Select(BoardMessage.Of)], BoardJson.Default.IReadOnlyListDeploymentMessage));

    /// <summary>Says what the operator must know of the monitor itself.</summary>
    /// <param name="notices">Sentences, such as <c>The history cannot be written: the disk is full.</c></param>
    public void SetNotices(IReadOnlyList<string> notices) => Set(ref _notices, notices, JsonSerializer.SerializeToUtf8Bytes(notices, BoardJson.Default.IReadOnlyListString));

    /// <summary>Tells how everything is, for other programs.</summary>
    /// <returns>How it is.</returns>
    public StatusAnswer Status()
    {
        lock (_lock)
        {
            return new StatusAnswer(
                Worst.Of(_rows.Select(row => row.State)),
                time.GetUtcNow(),
                [.. _rows.Select(row => row.ToStatus())],
                _notices.Values,
                _balancers.Values,
                _deployments.Values);
        }
    }

    /// <summary>Gets what a browser has not been sent yet.</summary>
    /// <param name="id">The id of the last event that it was sent; nothing, or an id of another process, for a browser that needs everything.</param>
    /// <returns>The events, and what ends once there are more.</returns>
    public (IReadOnlyList<BoardEvent> Events, Task More) After(string? id)
    {
        lock (_lock)
        {
            var more = _changed.Task;
            if (NumberOf(id) is { } number && _ring.After(number) is { } events) return (events, more);
            var data = Snapshot();
            // What was collected has been told with it.
            return ([new BoardEvent(_ring.Last, "snapshot", data)], _changed.Task);
        }
    }

    /// <summary>The id of an event.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>The id, which no event of another process has.</returns>
    public string IdOf(long number) => $"{_epoch}-{number}";

    /// <summary>Says that the monitor is alive.</summary>
    /// <returns>JSON.</returns>
    public byte[] Tick()
    {
        lock (_lock) return JsonSerializer.SerializeToUtf8Bytes(new TickMessage(time.GetUtcNow().ToUnixTimeMilliseconds(), _silence.IsSilent), BoardJson.Default.TickMessage);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock) _timer?.Dispose();
    }

    private ITimer Timer => _timer ??= time.CreateTimer(_ => FlushLater(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private static TimeSpan BeatOf(TimeSpan interval) => interval < ShortestBeat ? ShortestBeat : interval > LongestBeat ? LongestBeat : interval;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A target whose address or rules changed keeps its line and its last beat.
    private BoardRow RowFor(HeartbeatTarget target)
    {
        var key = HeartbeatKey.Of(target);
        if (!_rowOf.TryGetValue(key, out var known)) return new BoardRow(key, target, before: null);
        return known.Target.Uri == target.Uri ? known : new BoardRow(key, target, known);
    }

    private long? NumberOf(string? id) =>
        id is not null && id.StartsWith(_epoch + "-", StringComparison.Ordinal) && long.TryParse(id.AsSpan(_epoch.Length + 1), System.Globalization.NumberStyles.None, null, out var number) ? number : null;

    private void FlushLater()
    {
        lock (_lock) Flush();
    }

    private void Flush()
    {
        if (_collected.Count == 0) return;
        var data = JsonSerializer.SerializeToUtf8Bytes(new BeatsMessage(_collected), BoardJson.Default.BeatsMessage);
        _collected.Clear();
        Publish("beats", data);
    }

    private void Publish(string name, byte[] data)
    {
        _ring.Add(name, data);
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private void Set<T>(ref BoardPart<T> part, IReadOnlyList<T> values, byte[] data)
    {
        lock (_lock)
        {
            var isSame = part.Data.AsSpan().SequenceEqual(data);
            part = part with { Values = values, Data = data };
            if (!isSame) Publish(part.Name, data);
        }
    }

    // All browsers that need one at the same time share it.
    private byte[] Snapshot()
    {
        Flush();
        if (_snapshot is { } made && made.Number == _ring.Last) return made.Data;
        var message = new SnapshotMessage(
            PageAssets.Version,
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            (long)BeatOf(_interval).TotalMilliseconds,
            [.. _rows.Select(row => row.ToMessage())],
            _notices.Values,
            [.. _balancers.Values.Select(BoardMessage.Of)],
            [.. _deployments.Values.Select(BoardMessage.Of)]);
        var data = JsonSerializer.SerializeToUtf8Bytes(message, BoardJson.Default.SnapshotMessage);
        _snapshot = (_ring.Last, data);
        return data;
    }
}
