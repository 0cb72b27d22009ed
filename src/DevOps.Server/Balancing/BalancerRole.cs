using System.Runtime.InteropServices;
using DevOps.Core;
using DevOps.Core.Servers;
using DevOps.Core.State;

namespace DevOps.Server.Balancing;

/// <summary>The balancer: one process for one address that serves an application's production and canary instances.</summary>
internal static class BalancerRole
{
    /// <summary>The role's name on the command line.</summary>
    public const string Name = "balancer";

    // Whoever started the process asks for its status many times a second; one that nobody asks has nobody to tell.
    private static readonly TimeSpan FailureIsTold = TimeSpan.FromSeconds(30);

    /// <summary>Runs the role until it is told to stop or has handed over.</summary>
    /// <param name="arguments">Its options.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(RoleArguments arguments)
    {
        var options = BalancerOptions.Of(arguments);
        await using var process = new BalancerProcess(options, StateFolder.Open(options.State), TimeProvider.System);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Handle(signal, process.Stop));
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Handle(signal, process.Stop));
        // What a service manager's reload sends: a successor takes over, and no request is lost.
        using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Handle(signal, process.Replace));
        try
        {
            await process.RunAsync();
            return 0;
        }
        catch (Exception exception)
        {
            // The log of the process is the only place that a defect can be told in full.
            await Console.Error.WriteLineAsync(exception.ToString());
            process.Fail(exception is DevOpsException known
                ? new ServerFailure(known.Id, known.Kind.ToString(), known.Message, known.RecommendedAction)
                : new ServerFailure("BalancerFailed", nameof(FailureKind.OperationFailed), $"The balancer failed: {exception.Message}", "Its log says more; try Start-CanaryBalancer again."));
            await process.WaitForStopAsync(FailureIsTold);
            return 1;
        }
    }

    // The process ends by returning from Main, not by the signal's default action.
    private static void Handle(PosixSignalContext signal, Action action)
    {
        signal.Cancel = true;
        action();
    }
}
