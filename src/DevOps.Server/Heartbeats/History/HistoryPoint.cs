using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>A slice of a target's line.</summary>
/// <param name="At">Where the slice begins.</param>
/// <param name="State">The worst state in it; unknown where nobody looked.</param>
/// <param name="Latency">The median of the latencies in it; nothing where none was measured.</param>
internal sealed record HistoryPoint(DateTimeOffset At, HeartbeatState State, TimeSpan? Latency);
