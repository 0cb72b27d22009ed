namespace DevOps.Server.Heartbeats.History;

/// <summary>A change that the file does not hold yet.</summary>
/// <param name="Target">The target.</param>
/// <param name="Change">The change.</param>
internal sealed record PendingChange(TargetRecord Target, StateChange Change);
