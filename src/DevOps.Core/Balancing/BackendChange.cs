using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>A change at a balancer, before it has a number and a time.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Backend">The backend it is about, if one.</param>
/// <param name="Role">That backend's role.</param>
/// <param name="Split">The split in effect from now on.</param>
/// <param name="Cause">Why, in words.</param>
/// <param name="Evidence">What was seen.</param>
public sealed record BackendChange(BalancerEventKind Kind, string? Backend, ApplicationRole? Role, string Split, string Cause, string? Evidence);
