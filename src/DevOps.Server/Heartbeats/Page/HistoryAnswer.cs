using DevOps.Model;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>What <c>/history.json</c> answers.</summary>
/// <param name="Key">The target's key.</param>
/// <param name="History">How the target was.</param>
/// <param name="Latency">What 50, 95 and 99 of 100 answers took at most, in milliseconds.</param>
/// <param name="Line">How it was, slice by slice, oldest first.</param>
internal sealed record HistoryAnswer(string Key, HeartbeatHistory History, HistoryLatency Latency, IReadOnlyList<HistorySlice> Line);

/// <summary>How long answers took, in milliseconds; nothing without answers.</summary>
/// <param name="P50">What half of them took at most.</param>
/// <param name="P95">What 95 of 100 took at most.</param>
/// <param name="P99">What 99 of 100 took at most.</param>
internal sealed record HistoryLatency(double? P50, double? P95, double? P99);

/// <summary>How a target was in a slice of time.</summary>
/// <param name="At">Where the slice begins, in milliseconds since 1970.</param>
/// <param name="State">The worst state in it.</param>
/// <param name="Latency">What half of the answers took at most, in milliseconds.</param>
internal sealed record HistorySlice(long At, HeartbeatState State, double? Latency);
