namespace DevOps.Core.Flags.Store;

/// <summary>Who changes a flag, why, and what has to be so.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">Why; nothing when that is not said.</param>
/// <param name="IfVersion">The version that the flag must have, 0 when it must not be there; nothing when any will do.</param>
/// <param name="ReplicaCount">How many replicas must have it before it is done; nothing for all that are linked.</param>
/// <param name="ReplicaTimeout">How long they may take.</param>
public sealed record FlagWrite(string By, string? Reason, long? IfVersion, int? ReplicaCount, TimeSpan ReplicaTimeout);
