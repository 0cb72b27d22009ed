using System.Runtime.InteropServices;
using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>The check before the next one of a minute: what is written of the next is how it differs.</summary>
/// <param name="At">When it was, in milliseconds since 1970.</param>
/// <param name="Step">How long after the one before it, in milliseconds.</param>
/// <param name="Latency">The number of its latency's bucket and one more; 0 when nothing was measured.</param>
/// <param name="State">How the target was.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BeatCursor(long At, long Step, int Latency, HeartbeatState State)
{
    /// <summary>Where a minute begins.</summary>
    /// <param name="minute">The number of the minute.</param>
    /// <returns>The cursor before the first check.</returns>
    public static BeatCursor Before(long minute) => new(minute * HistoryTime.Minute, 0, 0, HeartbeatState.Unknown);
}
