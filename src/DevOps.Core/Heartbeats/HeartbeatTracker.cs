using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>
/// Makes heartbeats of one target's checks: single failures are not believed at once, and each heartbeat says since when
/// the target is as it is. Times since are counted, so that a clock that is set does not change them.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="time">The clock.</param>
internal sealed class HeartbeatTracker(HeartbeatTarget target, TimeProvider time)
{
    private HeartbeatState _state = HeartbeatState.Unknown;
    private long _began = time.GetTimestamp();
    private int _failures;
    private int _successes;
    private CheckResult? _last;

    /// <summary>Whether a check failed that the next one is to confirm, without waiting for the next beat.</summary>
    public bool NeedsConfirmation => _failures > 0 && _state != HeartbeatState.Down;

    /// <summary>Takes the result of a check.</summary>
    /// <param name="result">The result.</param>
    /// <returns>How the target is now, and whether that is another state than before.</returns>
    public (Heartbeat Heartbeat, bool HasChanged) Take(CheckResult result)
    {
        if (result.State == HeartbeatState.Down) (_failures, _successes) = (_failures + 1, 0);
        else (_failures, _successes) = (0, _successes + 1);
        var next = Next(result.State);
        var hasChanged = next != _state;
        if (hasChanged) (_state, _began) = (next, time.GetTimestamp());
        // What has not been confirmed is no news about the target.
        if (_last is null || result.State == _state || hasChanged) _last = result;
        var now = time.GetUtcNow();
        return (new Heartbeat(target.Name, target.Group, _state, _last.Latency, _last.Cause, _last.Evidence, now - time.GetElapsedTime(_began), now, target.Uri), hasChanged);
    }

    private HeartbeatState Next(HeartbeatState found) => found switch
    {
        HeartbeatState.Down => _failures >= target.Fall ? HeartbeatState.Down : _state,
        _ => _state == HeartbeatState.Down && _successes < target.Rise ? HeartbeatState.Down : found,
    };
}
