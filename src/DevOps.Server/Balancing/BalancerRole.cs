using System.Runtime.InteropServices;
using DevOps.Core;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Server.Administration;

namespace DevOps.Server.Balancing;

/// <summary>The balancer: one process for one address that serves an application's production and canary instances.</summary>
internal static class BalancerRole
{
    /// <summary>The role's name on the command line.</summary>
    public const string Name = "balancer";

    /// <summary>Runs the role until it is told to stop or has handed over.</summary>
    /// <param name="arguments">Its options.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(RoleArguments arguments)
    {
        var options = BalancerOptions.Of(arguments);
        await using var process = new BalancerProcess(options, StateFolder.Open(options.State), TimeProvider.System);
        // What a service manager's reload sends: a successor takes over, and no request is lost.
        using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => ServerRun.Handle(signal, process.Replace));
        return await ServerRun.RunAsync(process, exception => new ServerFailure(
            "BalancerFailed",
            nameof(FailureKind.OperationFailed),
            $"The balancer failed: {exception.Message}",
            "Its log says more; try Start-CanaryBalancer again."));
    }
}
