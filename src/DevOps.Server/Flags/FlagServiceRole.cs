using DevOps.Core;
using DevOps.Core.Flags.Service;
using DevOps.Core.Servers;
using DevOps.Server.Administration;

namespace DevOps.Server.Flags;

/// <summary>The feature flag service: a process beside a Redis that answers applications over HTTP, from memory.</summary>
internal static class FlagServiceRole
{
    /// <summary>The role's name on the command line.</summary>
    public const string Name = FlagServiceNames.Role;

    /// <summary>Runs the role until it is told to stop.</summary>
    /// <param name="arguments">Its options.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(RoleArguments arguments)
    {
        await using var process = new FlagServiceProcess(arguments.Require("settings"), arguments.Options.GetValueOrDefault("socket"), TimeProvider.System);
        return await ServerRun.RunAsync(process, exception => new ServerFailure(
            "FeatureFlagServiceFailed",
            nameof(FailureKind.OperationFailed),
            $"The feature flag service failed: {exception.Message}",
            "Its log says more; try Start-FeatureFlagService again."));
    }
}
