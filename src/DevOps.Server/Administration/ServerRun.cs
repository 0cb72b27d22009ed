using System.Runtime.InteropServices;
using DevOps.Core;
using DevOps.Core.Servers;

namespace DevOps.Server.Administration;

/// <summary>Runs a process that serves, obeys the signals that end it, and has it tell whoever started it why it cannot work.</summary>
internal static class ServerRun
{
    // Whoever started the process asks for its status many times a second; one that nobody asks has nobody to tell.
    private static readonly TimeSpan FailureIsTold = TimeSpan.FromSeconds(30);

    /// <summary>Runs it.</summary>
    /// <param name="process">The process.</param>
    /// <param name="describe">What a defect is told as.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(IServerProcess process, Func<Exception, ServerFailure> describe)
    {
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Handle(signal, process.Stop));
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Handle(signal, process.Stop));
        try
        {
            await process.RunAsync();
            return 0;
        }
        catch (Exception exception)
        {
            // The log of the process is the only place that a defect can be told in full. What is known is its last line.
            await Console.Error.WriteLineAsync(exception.ToString());
            if (exception is DevOpsException plain) await Console.Error.WriteLineAsync($"{plain.Message} {plain.RecommendedAction}");
            process.Fail(exception is DevOpsException known ? new ServerFailure(known.Id, known.Kind.ToString(), known.Message, known.RecommendedAction) : describe(exception));
            await process.WaitForStopAsync(FailureIsTold);
            return 1;
        }
    }

    /// <summary>Answers a signal. The process ends by returning from Main, not by the signal's default action.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="action">What it does.</param>
    public static void Handle(PosixSignalContext signal, Action action)
    {
        signal.Cancel = true;
        action();
    }
}
