using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>How long a target was in which state.</summary>
internal sealed class StateDurations
{
    private readonly long[] _milliseconds = new long[(int)HeartbeatState.Maintenance + 1];

    /// <summary>The share of up and degraded in up, degraded and down, in per cent; nothing when there was none of them.</summary>
    public double? Uptime
    {
        get
        {
            var answered = _milliseconds[(int)HeartbeatState.Up] + _milliseconds[(int)HeartbeatState.Degraded];
            var all = answered + _milliseconds[(int)HeartbeatState.Down];
            return all == 0 ? null : 100.0 * answered / all;
        }
    }

    /// <summary>Sums up changes.</summary>
    /// <param name="changes">The changes, oldest first, from before the period on.</param>
    /// <param name="from">Where the period begins, in milliseconds since 1970.</param>
    /// <param name="to">Where it ends.</param>
    /// <returns>How long which state lasted in the period.</returns>
    public static StateDurations Of(IReadOnlyList<StateChange> changes, long from, long to)
    {
        var durations = new StateDurations();
        var (since, state) = (from, HeartbeatState.Unknown);
        foreach (var change in changes.TakeWhile(change => change.At < to))
        {
            durations.Add(state, since, change.At);
            (since, state) = (Math.Max(from, change.At), change.State);
        }

        durations.Add(state, since, to);
        return durations;
    }

    /// <summary>Adds the time in which a state lasted; a time that ends before it begins is none.</summary>
    /// <param name="state">The state.</param>
    /// <param name="from">When it began, in milliseconds.</param>
    /// <param name="to">When it ended, in milliseconds.</param>
    public void Add(HeartbeatState state, long from, long to)
    {
        if (to > from) _milliseconds[(int)state] += to - from;
    }

    /// <summary>How long a state lasted.</summary>
    /// <param name="state">The state.</param>
    /// <returns>How long, to the millisecond.</returns>
    public TimeSpan Of(HeartbeatState state) => TimeSpan.FromMilliseconds(_milliseconds[(int)state]);
}
