using DevOps.Core;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Server.Administration;

namespace DevOps.Server.Heartbeats;

/// <summary>The heartbeat monitor: one process for an installation that checks all targets, all the time, and serves the page of them.</summary>
internal static class MonitorRole
{
    /// <summary>The role's name on the command line.</summary>
    public const string Name = MonitorClient.Role;

    /// <summary>Runs the role until it is told to stop.</summary>
    /// <param name="arguments">Its options.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(RoleArguments arguments)
    {
        await using var process = new MonitorProcess(StateFolder.Open(arguments.Require("state")), arguments.Require("socket"), TimeProvider.System);
        return await ServerRun.RunAsync(process, exception => new ServerFailure(
            "MonitorFailed",
            nameof(FailureKind.OperationFailed),
            $"The heartbeat monitor failed: {exception.Message}",
            "Its log says more; try Start-HeartbeatMonitor again."));
    }
}
