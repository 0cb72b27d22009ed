using DevOps.Core.Hosts;

namespace DevOps.Core.Releases.Hooks;

/// <summary>
/// Writes the shim that git runs, and knows it again. git wants a program without extension, which PowerShell does not
/// run well; so the shim is POSIX sh, and all it does is to start the module's own script with full paths.
/// </summary>
internal static class HookText
{
    private const string Marker = "# devops-deployment-hook";

    /// <summary>Writes the shim.</summary>
    /// <param name="plan">What it does.</param>
    /// <param name="repository">The repository's full path.</param>
    /// <returns>The file's content.</returns>
    public static string Write(HookPlan plan, string repository)
    {
        var quoted = plan.Shell.Select(PosixQuote.Quote).ToList();
        var canaries = plan.CanaryBranch is null ? string.Empty : $" -CanaryBranch {PosixQuote.Quote(plan.CanaryBranch)}";
        var connection = plan.Connection is null ? string.Empty : $" -Connection {PosixQuote.Quote(plan.Connection)}";
        var reinstall = $"Install-DeploymentHook -Repository {PowerShellQuote(repository)} -Environment {PowerShellQuote(plan.EnvironmentFile)} -Branch {PowerShellQuote(plan.Branch)} -CanaryBranch {PowerShellQuote(plan.CanaryBranch ?? string.Empty)}"
            + (plan.Connection is null ? string.Empty : $" -Connection {PowerShellQuote(plan.Connection)}");
        return $$"""
            #!/bin/sh
            {{Marker}}: made by Install-DeploymentHook of the module DevOps {{plan.Version}}; Uninstall-DeploymentHook removes it.
            # Deploys what is pushed to a branch, or to the branch of the canaries. All paths are full ones, because a hook finds no profile and little PATH.

            # Whoever pushes may go away: the deployment goes on, and there must be somebody to start it.
            trap '' HUP INT PIPE

            DEVOPS_STATE={{PosixQuote.Quote(plan.StateFolder)}}
            export DEVOPS_STATE

            for file in {{string.Join(' ', quoted)}} {{PosixQuote.Quote(plan.Script)}}; do
                if ! [ -f "$file" ]; then
                    printf '%s\n' "Nothing was deployed: '$file' is gone. The module was moved, updated or removed." \
                        "Import it again on this machine, then run:" {{PosixQuote.Quote("  " + reinstall)}} >&2
                    exit 1
                fi
            done

            exec {{string.Join(' ', quoted)}} -NoLogo -NoProfile -NonInteractive -File {{PosixQuote.Quote(plan.Script)}} \
                -Repository {{PosixQuote.Quote(repository)}} -Environment {{PosixQuote.Quote(plan.EnvironmentFile)}} -Branch {{PosixQuote.Quote(plan.Branch)}}{{canaries}}{{connection}}

            """;
    }

    /// <summary>Tells whether a hook is one of ours.</summary>
    /// <param name="content">The file's content.</param>
    /// <returns>Whether <see cref="Write"/> wrote it, for whatever repository and version.</returns>
    public static bool IsOurs(string content) => content.Split('\n').Skip(1).FirstOrDefault()?.StartsWith(Marker, StringComparison.Ordinal) == true;

    private static string PowerShellQuote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
