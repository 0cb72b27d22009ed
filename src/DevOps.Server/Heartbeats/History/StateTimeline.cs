using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>
/// The last changes of a target's state, kept in memory so that the uptime of thousands of targets can be told again and
/// again without the file.
/// </summary>
internal sealed class StateTimeline
{
    /// <summary>How many changes are kept when there have become too many.</summary>
    public const int Kept = 64;

    private readonly List<(long At, HeartbeatState State)> _changes = [];

    /// <summary>From when on it is known, in milliseconds since 1970; what was before stands in the file.</summary>
    public long CompleteFrom { get; private set; }

    /// <summary>The changes that are kept, oldest first.</summary>
    public IReadOnlyList<(long At, HeartbeatState State)> Changes => _changes;

    /// <summary>When the state changed last, in milliseconds since 1970; 0 when it never did.</summary>
    public long LastAt => _changes.Count > 0 ? _changes[^1].At : 0;

    /// <summary>The state since then.</summary>
    public HeartbeatState State => _changes.Count > 0 ? _changes[^1].State : HeartbeatState.Unknown;

    /// <summary>Adds a change.</summary>
    /// <param name="at">When, in milliseconds since 1970: after the last one.</param>
    /// <param name="state">The state from then on.</param>
    public void Add(long at, HeartbeatState state)
    {
        _changes.Add((at, state));
        if (_changes.Count < 2 * Kept) return;
        _changes.RemoveRange(0, _changes.Count - Kept);
        CompleteFrom = _changes[0].At;
    }

    /// <summary>Takes what the file holds, before anything was added or instead of it.</summary>
    /// <param name="changes">The last changes in the file, oldest first.</param>
    /// <param name="isAll">Whether the file holds no older ones.</param>
    public void Load(IReadOnlyList<(long At, HeartbeatState State)> changes, bool isAll)
    {
        _changes.Clear();
        _changes.AddRange(changes);
        CompleteFrom = isAll || changes.Count == 0 ? 0 : changes[0].At;
    }

    /// <summary>Sums up how long which state lasted.</summary>
    /// <param name="durations">Where it is added.</param>
    /// <param name="from">Where the period begins, in milliseconds since 1970.</param>
    /// <param name="to">Where it ends.</param>
    public void AddTo(StateDurations durations, long from, long to)
    {
        var (since, state) = (from, HeartbeatState.Unknown);
        foreach (var change in _changes)
        {
            if (change.At >= to) break;
            durations.Add(state, since, change.At);
            (since, state) = (Math.Max(from, change.At), change.State);
        }

        durations.Add(state, since, to);
    }
}
