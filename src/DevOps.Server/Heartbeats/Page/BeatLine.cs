using DevOps.Model;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>The latest beats of a target, as the page draws them.</summary>
internal sealed class BeatLine
{
    /// <summary>How many beats are drawn.</summary>
    public const int Length = 60;

    /// <summary>Stands for a beat in which the target was down.</summary>
    public const double Failed = -1;

    /// <summary>Stands for a beat without an answer that is no failure, such as one during a deployment.</summary>
    public const double Gap = -2;

    private readonly double[] _points = new double[Length];
    private int _count;
    private int _next;

    /// <summary>Adds a beat.</summary>
    /// <param name="heartbeat">The beat.</param>
    public void Add(Heartbeat heartbeat)
    {
        _points[_next] = PointOf(heartbeat);
        _next = (_next + 1) % Length;
        _count = Math.Min(_count + 1, Length);
    }

    /// <summary>Tells the beats.</summary>
    /// <returns>The latencies in milliseconds, or <see cref="Failed"/> or <see cref="Gap"/>, oldest first.</returns>
    public double[] ToArray()
    {
        var points = new double[_count];
        for (var index = 0; index < _count; index++) points[index] = _points[(_next - _count + index + Length) % Length];
        return points;
    }

    /// <summary>A time in milliseconds, as exactly as the page shows it.</summary>
    /// <param name="time">The time.</param>
    /// <returns>Milliseconds with two decimals.</returns>
    public static double? Milliseconds(TimeSpan? time) => time is { } known ? Math.Round(known.TotalMilliseconds, 2) : null;

    private static double PointOf(Heartbeat heartbeat) => heartbeat.State switch
    {
        HeartbeatState.Down => Failed,
        HeartbeatState.Maintenance or HeartbeatState.Unknown => Gap,
        _ => Milliseconds(heartbeat.Latency) ?? Gap,
    };
}
