using System.Buffers;
using DevOps.Core.Heartbeats;
using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>
/// Makes of heartbeats what is written: changes, minutes and hours, and remembers it until it is. For one thread at a time.
/// Time goes only on: a check whose time is before the last one's, because the clock was set back, counts as of that one's.
/// </summary>
internal sealed class Recorder
{
    /// <summary>How many changes wait to be written. When there are more, a target whose state changes is unknown until there is room again.</summary>
    public const int MostChanges = 50_000;

    private const long MostRawBytes = 32L * 1024 * 1024;
    private const long MostHourBytes = 64L * 1024 * 1024;

    private readonly Dictionary<string, TargetRecord> _targets = [];
    private readonly List<PendingChange> _changes = [];
    private readonly PendingBlocks _raw = new(MostRawBytes);
    private readonly PendingBlocks _hours = new(MostHourBytes);
    private readonly LatencyCounts _scratch = new();
    private bool _hasEndedMinutes;
    private long _lastId;

    /// <summary>All targets that were ever watched.</summary>
    public IReadOnlyDictionary<string, TargetRecord> Targets => _targets;

    /// <summary>The changes that are not in the file.</summary>
    public IReadOnlyList<PendingChange> Changes => _changes;

    /// <summary>The minutes that have ended and are not in the file.</summary>
    public PendingBlocks Raw => _raw;

    /// <summary>The hours that are not so in the file.</summary>
    public PendingBlocks Hours => _hours;

    /// <summary>The longest time from beat to beat, in milliseconds.</summary>
    public long Interval { get; set; } = HistoryTime.Minute;

    /// <summary>Takes a heartbeat.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    public void Add(Heartbeat heartbeat)
    {
        var target = TargetOf(heartbeat);
        var at = Math.Max(HistoryTime.Of(heartbeat.At), target.LastAt);
        if (target.IsWatched)
        {
            var isGap = target.IsGap(at - target.LastAt, Interval);
            if (isGap) EndWatch(target);
            target.Learn(at - target.LastAt, isGap);
        }

        // A minute that was ended by the clock does not come back for a check that was told a moment later.
        var minute = Math.Max(at / HistoryTime.Minute, target.Beats.Minute);
        if (minute != target.Beats.Minute) BeginMinute(target, minute);
        target.Beats.Add(Math.Max(at, minute * HistoryTime.Minute), heartbeat.State, heartbeat.Latency);
        target.LastAt = at;
        target.IsWatched = true;
        if (heartbeat.State != target.Timeline.State) Change(target, at, heartbeat.State, heartbeat.Cause, heartbeat.Evidence);
    }

    /// <summary>Lets time pass: minutes end, and a target that nobody looks at any more is unknown since its last check.</summary>
    /// <param name="now">The time, in milliseconds since 1970.</param>
    public void Pass(long now)
    {
        foreach (var target in _targets.Values)
        {
            if (target.Beats.Minute < now / HistoryTime.Minute && target.Beats.Written.Length > 0) BeginMinute(target, now / HistoryTime.Minute);
            if (target.IsWatched && target.Timeline.State != HeartbeatState.Unknown && target.IsGap(now - target.LastAt, Interval)) EndWatch(target);
        }
    }

    /// <summary>Finds a target of the file, or adds it.</summary>
    /// <param name="key">What it is remembered by.</param>
    /// <param name="make">Makes it.</param>
    /// <returns>The target.</returns>
    public TargetRecord Know(string key, Func<TargetRecord> make)
    {
        if (!_targets.TryGetValue(key, out var target)) _targets[key] = target = make();
        return target;
    }

    /// <summary>Forgets targets that have gone from the file. One that is checked again meanwhile is written anew.</summary>
    /// <param name="ids">Their numbers.</param>
    public void Forget(IReadOnlySet<long> ids)
    {
        foreach (var target in _targets.Values.Where(target => ids.Contains(target.Id)).ToArray())
        {
            if (target.Timeline.State == HeartbeatState.Unknown && target.Beats.Written.Length == 0) _targets.Remove(target.Key);
            else target.WrittenUri = null;
        }
    }

    /// <summary>Puts changes of a target that were made before the file could be read after those that it holds.</summary>
    /// <param name="target">The target.</param>
    public void Rebase(TargetRecord target)
    {
        for (var index = 0; index < _changes.Count; index++)
        {
            var (owner, change) = _changes[index];
            if (!ReferenceEquals(owner, target)) continue;
            if (change.At <= target.Timeline.LastAt) _changes[index] = new PendingChange(owner, change = change with { At = target.Timeline.LastAt + 1 });
            target.Timeline.Add(change.At, change.State);
        }

        target.LastAt = Math.Max(target.LastAt, target.Timeline.LastAt);
    }

    /// <summary>Begins anew with an empty file: all targets are to be written again, with the changes that are remembered of them.</summary>
    public void StartAfresh()
    {
        var waiting = _changes.Select(change => (change.Target, change.Change.At)).ToHashSet();
        foreach (var target in _targets.Values)
        {
            (target.WrittenUri, target.JournaledBytes) = (null, 0);
            foreach (var (at, state) in target.Timeline.Changes)
            {
                if (!waiting.Contains((target, at))) _changes.Add(new PendingChange(target, new StateChange(at, state)));
            }
        }
    }

    /// <summary>What of a target is not in the file.</summary>
    /// <param name="target">The target.</param>
    /// <returns>The target with it.</returns>
    public TargetView View(TargetRecord target) => View(target, [.. ChangesOf(target)], _raw.Of(target), _hours.Of(target));

    /// <summary>What of each target is not in the file.</summary>
    /// <returns>The targets with it.</returns>
    public IReadOnlyList<TargetView> Views()
    {
        var changes = _changes.ToLookup(change => change.Target, change => change.Change);
        var raw = _raw.ByTarget();
        var hours = _hours.ByTarget();
        return [.. _targets.Values.Select(target => View(target, [.. changes[target]], raw.GetValueOrDefault(target, []), hours.GetValueOrDefault(target, [])))];
    }

    /// <summary>Gathers what is to be written.</summary>
    /// <param name="now">The time, in milliseconds since 1970.</param>
    /// <param name="isWhole">Whether checks are written too, or only changes.</param>
    /// <returns>The batch.</returns>
    public HistoryBatch Gather(long now, bool isWhole)
    {
        foreach (var target in _targets.Values)
        {
            // As many targets as numbers have room for; what is more is watched and not written.
            if (target.Id == 0 && _lastId < HistoryTime.LastTarget) target.Id = ++_lastId;
        }

        var targets = _targets.Values.Where(target => target.Id > 0 && target.WrittenUri != target.Uri).Select(target => (target, target.Uri)).ToArray();
        var changes = _changes.Where(change => change.Target.Id > 0).ToArray();
        if (!isWhole) return new HistoryBatch(now, targets, changes, [], [], null, IsWholeJournal: false, []);
        var (journal, positions) = GatherJournal();
        return new HistoryBatch(now, targets, changes, _raw.ToArray(), _hours.ToArray(), journal, _hasEndedMinutes, positions);
    }

    /// <summary>Remembers that a batch is in the file.</summary>
    /// <param name="batch">The batch.</param>
    public void Confirm(HistoryBatch batch)
    {
        foreach (var (target, uri) in batch.Targets) target.WrittenUri = uri;
        var written = batch.Changes.ToHashSet<object>(ReferenceEqualityComparer.Instance);
        _changes.RemoveAll(written.Contains);
        _raw.Remove(batch.Raw);
        _hours.Remove(batch.Hours);
        foreach (var (target, minute, bytes) in batch.Positions)
        {
            if (target.Beats.Minute == minute) target.JournaledBytes = bytes;
        }

        // A minute that ended while the batch was written makes the next journal a whole one again.
        if (batch.IsWholeJournal) _hasEndedMinutes = _raw.HasAny;
    }

    /// <summary>Takes the highest number that a target of the file has.</summary>
    /// <param name="id">The number.</param>
    public void KnowId(long id) => _lastId = Math.Max(_lastId, id);

    private static TargetView View(TargetRecord target, IReadOnlyList<StateChange> changes, IReadOnlyDictionary<long, byte[]> raw, IReadOnlyDictionary<long, byte[]> hours) => new(
        target.Id, target.Key, target.Name, target.Group, target.Environment, target.Uri)
    {
        Changes = changes,
        Raw = raw,
        Hours = hours,
        Minute = target.Beats.Minute,
        Beats = target.Beats.Written.ToArray(),
    };

    private IEnumerable<StateChange> ChangesOf(TargetRecord target) => _changes.Where(change => ReferenceEquals(change.Target, target)).Select(change => change.Change);

    private (byte[]? Journal, List<(TargetRecord Target, long Minute, int Bytes)> Positions) GatherJournal()
    {
        var row = new ArrayBufferWriter<byte>();
        var positions = new List<(TargetRecord Target, long Minute, int Bytes)>();
        foreach (var target in _targets.Values)
        {
            var from = _hasEndedMinutes ? 0 : target.JournaledBytes;
            if (target.Id == 0 || target.Beats.Written.Length <= from) continue;
            JournalReader.Write(row, target.Id, target.Beats.Minute, target.Beats.Written[from..]);
            positions.Add((target, target.Beats.Minute, target.Beats.Written.Length));
        }

        return (row.WrittenCount > 0 ? row.WrittenSpan.ToArray() : null, positions);
    }

    private TargetRecord TargetOf(Heartbeat heartbeat)
    {
        var key = HistoryTexts.Key(HeartbeatKey.Of(heartbeat));
        var target = Know(key, () => new TargetRecord(
            key,
            HistoryTexts.Cut(heartbeat.Target, HistoryTexts.LongestName)!,
            HistoryTexts.Cut(heartbeat.Group, HistoryTexts.LongestName),
            HistoryTexts.Cut(heartbeat.Environment, HistoryTexts.LongestName),
            heartbeat.Uri));
        if (!ReferenceEquals(target.Uri, heartbeat.Uri)) target.Uri = heartbeat.Uri;
        return target;
    }

    private void BeginMinute(TargetRecord target, long minute)
    {
        if (target.Beats.Written.Length > 0)
        {
            _raw.Put(target, target.Beats.Minute, target.Beats.Written);
            target.Hour.Add(target.Beats.Minute, target.Beats.Written, _scratch);
            _hours.Put(target, target.Hour.Hour, target.Hour.Written);
            _hasEndedMinutes = true;
        }

        target.Beats.Begin(minute);
        target.JournaledBytes = 0;
    }

    private void EndWatch(TargetRecord target)
    {
        if (target.Timeline.State != HeartbeatState.Unknown) Change(target, target.LastAt, HeartbeatState.Unknown, null, null);
    }

    private void Change(TargetRecord target, long at, HeartbeatState state, string? cause, string? evidence)
    {
        if (_changes.Count >= MostChanges && state != HeartbeatState.Unknown)
        {
            if (target.Timeline.State == HeartbeatState.Unknown) return;
            (state, cause, evidence) = (HeartbeatState.Unknown, null, null);
        }

        var change = new StateChange(
            Math.Max(at, target.Timeline.LastAt + 1),
            state,
            HistoryTexts.Cut(cause, HistoryTexts.LongestSentence),
            HistoryTexts.Cut(evidence, HistoryTexts.LongestSentence));
        target.Timeline.Add(change.At, state);
        target.LastAt = Math.Max(target.LastAt, change.At);
        _changes.Add(new PendingChange(target, change));
    }
}
