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
