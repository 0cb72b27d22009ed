namespace DevOps.Core.Deployments.Instances;

/// <summary>An instance that somebody is at work on, and that is away for it.</summary>
/// <param name="Application">The application.</param>
/// <param name="Instance">The droplet's name.</param>
/// <param name="Since">Since when.</param>
/// <param name="Cause">What is done to it, in words.</param>
internal sealed record InstanceAtWork(string Application, string Instance, DateTimeOffset Since, string Cause);
