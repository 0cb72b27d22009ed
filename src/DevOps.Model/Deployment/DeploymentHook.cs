namespace DevOps.Model;

/// <summary>A git hook that deploys what is pushed.</summary>
/// <param name="Repository">The bare repository's folder.</param>
/// <param name="Branch">The branch whose pushes are deployed.</param>
/// <param name="CanaryBranch">The branch whose pushes are deployed to the canaries only; nothing when there is none.</param>
/// <param name="Environment">The environment file's full path on the control host.</param>
/// <param name="Path">The hook's file.</param>
public sealed record DeploymentHook(string Repository, string Branch, string? CanaryBranch, string Environment, string Path);
