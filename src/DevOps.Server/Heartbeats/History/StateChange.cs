using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>A moment at which a target came to be in another state. Before its first one, a target is unknown.</summary>
/// <param name="At">When, in milliseconds since 1970. No two of a target have the same time.</param>
/// <param name="State">How it is from then on.</param>
/// <param name="Cause">Why it is not up, in words; nothing when it is.</param>
/// <param name="Evidence">What the check saw.</param>
internal sealed record StateChange(long At, HeartbeatState State, string? Cause = null, string? Evidence = null);
