namespace DevOps.Core.Releases.Hooks;

/// <summary>What a hook does and with what.</summary>
/// <param name="Branch">The branch whose pushes are deployed.</param>
/// <param name="CanaryBranch">The branch whose pushes are deployed to the canaries only, or nothing.</param>
/// <param name="EnvironmentFile">The environment file's full path.</param>
/// <param name="Connection">The saved connection to use instead of the environment's, or nothing.</param>
/// <param name="StateFolder">The installation's state folder.</param>
/// <param name="Shell">The program that runs PowerShell scripts and the arguments that come before PowerShell's own, with full paths.</param>
/// <param name="Script">The full path of the module's hooks/post-receive.ps1.</param>
/// <param name="Version">The module's version.</param>
public sealed record HookPlan(
    string Branch,
    string? CanaryBranch,
    string EnvironmentFile,
    string? Connection,
    string StateFolder,
    IReadOnlyList<string> Shell,
    string Script,
    string Version);
