using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>
/// Makes heartbeats of one target's checks: single failures are not believed at once, an instance that is being worked on
/// is in maintenance whatever its checks find, and each heartbeat says since when the target is as it is. Times since are
/// counted, so that a clock that is set does not change them.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="time">The clock.</param>
/// <param name="notes">What is known of instances; nothing when nothing is.</param>
internal sealed class HeartbeatTracker(HeartbeatTarget target, TimeProvider time, InstanceNotes? notes = null)
{
    private static readonly TimeSpan Jitter = TimeSpan.FromSeconds(1);

    private HeartbeatState _found = HeartbeatState.Unknown;
    private HeartbeatState _told = HeartbeatState.Unknown;
    private long _began = time.GetTimestamp();
    private int _failures;
    private int _shortcomings;
    private int _successes;
    private string? _cause;
    private DateTimeOffset _since;
    private bool _isTold;

    /// <summary>Whether the last check found the target worse than it is told to be, which the next one is to confirm without waiting for the next beat.</summary>
    public bool NeedsConfirmation { get; private set; }

    /// <summary>Takes the result of a check.</summary>
    /// <param name="result">The result.</param>
    /// <returns>How the target is now, and whether that is another state than before.</returns>
    public (Heartbeat Heartbeat, bool HasChanged) Take(CheckResult result)
    {
        _failures = result.State == HeartbeatState.Down ? _failures + 1 : 0;
        _shortcomings = result.State == HeartbeatState.Up ? 0 : _shortcomings + 1;
        _successes = result.State == HeartbeatState.Down ? 0 : _successes + 1;
        _found = Next(result.State);
        if (result.State == _found) _cause = result.Cause;
        var note = notes?.Of(target, isUrgent: result.State == HeartbeatState.Down && _told != HeartbeatState.Down) ?? InstanceNote.None;
        var next = note.Maintenance is null ? _found : HeartbeatState.Maintenance;
        NeedsConfirmation = result.State is HeartbeatState.Degraded or HeartbeatState.Down && result.State > _found && note.Maintenance is null;
        // That a job has not called yet is news when the watch begins; that a failure is not confirmed yet is none.
        var hasChanged = next != _told || (!_isTold && result.State == HeartbeatState.Unknown);
        _isTold |= hasChanged;
        if (hasChanged) (_told, _began) = (next, time.GetTimestamp());
        var now = time.GetUtcNow();
        // Counted, it moves by less than anybody sees; only a clock that was set moves it further.
        var since = now - time.GetElapsedTime(_began);
        if (hasChanged || (since - _since).Duration() > Jitter) _since = since;
        return (Tell(result, note, now), hasChanged);
    }

    private Heartbeat Tell(CheckResult result, InstanceNote note, DateTimeOffset now)
    {
        // What has not been confirmed is no news about the target, but it is what was seen.
        var evidence = result.State == _told ? result.Evidence : result.Cause ?? result.Evidence;
        return new Heartbeat(target.Name, target.Group, _told, result.Latency, note.Maintenance ?? _cause, evidence, _since, now, target.Uri)
        {
            Environment = target.Environment,
            Release = note.Release,
            Role = target.Role,
        };
    }

    // A hiccup of any kind is not believed at once, and what was down has to prove itself.
    private HeartbeatState Next(HeartbeatState found) => found switch
    {
        HeartbeatState.Down => _failures >= target.Fall ? HeartbeatState.Down : _found,
        _ when _found == HeartbeatState.Down && _successes < target.Rise => HeartbeatState.Down,
        HeartbeatState.Degraded => _shortcomings >= target.Fall || _found == HeartbeatState.Down ? HeartbeatState.Degraded : _found,
        _ => found,
    };
}
