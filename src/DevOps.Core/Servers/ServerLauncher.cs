using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DevOps.Core.Operations;

namespace DevOps.Core.Servers;

/// <summary>What is to be started.</summary>
/// <param name="Role">What the server does; it answers with the same word.</param>
/// <param name="Instance">Which of its role it is.</param>
/// <param name="AssemblyFile">The program, from <see cref="ServerPrograms"/>.</param>
/// <param name="Arguments">Its arguments. Anybody on the machine can read them: no secrets.</param>
/// <param name="Variables">Environment variables to set, or to remove where the value is nothing.</param>
/// <param name="LogFile">Where its output goes, appended.</param>
/// <param name="SocketFile">The administration socket that it opens.</param>
/// <param name="ReadyTimeout">How long it may take until it runs.</param>
public sealed record ServerLaunch(
    string Role,
    string Instance,
    string AssemblyFile,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string?> Variables,
    string LogFile,
    string SocketFile,
    TimeSpan ReadyTimeout)
{
    /// <summary>The <c>dotnet</c> host to run it with; found by <see cref="ServerPrograms.FindDotnet"/> when nothing.</summary>
    public string? Dotnet { get; init; }

    /// <summary>Descriptors, all above 9, that it inherits; everything else is withheld.</summary>
    public IReadOnlyList<int> InheritedDescriptors { get; init; } = [];
}

/// <summary>
/// Starts the processes that outlive whoever starts them: in a session of their own (so that Ctrl+C and a closed
/// terminal do not reach them), with nothing inherited (so that a git push that started one can end), and waits until
/// the process says on its administration socket that it runs.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class ServerLauncher(TimeProvider? time = null)
{
    private const int LogLinesInError = 15;

    // $1 is the log file, the rest is the command. setsid does not fork here, since a background job of a shell without
    // job control leads no group: the id that is printed is the server's.
    private const string StartScript = """
        log=$1; shift; umask 077
        for fd in 3 4 5 6 7 8 9; do eval "exec $fd>&-"; done
        if command -v setsid >/dev/null 2>&1; then set -- setsid "$@"; fi
        "$@" </dev/null >>"$log" 2>&1 &
        echo $!
        """;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan ShortestAnswerTime = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>What a process that was given up may take to end, before it is killed, and after that.</summary>
    public TimeSpan EndGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Starts a server and waits until it runs. When it runs already, nothing is started.</summary>
    /// <param name="launch">What is to be started.</param>
    /// <param name="progress">Hears what the server does while it starts.</param>
    /// <param name="cancellation">Stops waiting and ends the process.</param>
    /// <returns>The running server's status.</returns>
    /// <exception cref="DevOpsException">
    /// <c>ServerEndedEarly</c> with the last lines of its log, <c>ServerNotReady</c>, <c>DotnetMissing</c>,
    /// <c>ServerNotStarted</c>, <c>ServerNotAnswering</c> when one that hangs is in the way, or what the server itself says went wrong.
    /// </exception>
    public async Task<ServerStatus> StartAsync(ServerLaunch launch, IProgress<OperationMessage> progress, CancellationToken cancellation)
    {
        using var administration = new AdministrationClient(launch.SocketFile, AnswerTime(launch.ReadyTimeout));
        var status = await administration.GetStatusAsync(cancellation);
        if (status is { State: ServerState.Running }) return status;
        int processId;
        if (status is { State: ServerState.Starting })
        {
            processId = status.ProcessId;
        }
        else
        {
            // What a dead process left behind would be taken for its successor's.
            File.Delete(launch.SocketFile);
            processId = await StartProcessAsync(launch, cancellation);
        }

        try
        {
            return await WaitUntilRunningAsync(
                launch,
                _ => Task.FromResult(ProcessLiveness.IsAlive(processId)),
                () => EndAsync(processId, launch.SocketFile),
                administration,
                progress,
                cancellation);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(processId, launch.SocketFile);
            throw;
        }
    }

    /// <summary>Waits until a server runs that somebody else starts, such as a service manager.</summary>
    /// <param name="launch">What is being started.</param>
    /// <param name="isAlive">Asks whether there is still a process that may come to run.</param>
    /// <param name="progress">Hears what the server does while it starts.</param>
    /// <param name="cancellation">Stops waiting. The process is left alone.</param>
    /// <returns>The running server's status.</returns>
    /// <exception cref="DevOpsException"><c>ServerEndedEarly</c>, <c>ServerNotReady</c>, or what the server itself says went wrong.</exception>
    public async Task<ServerStatus> WaitAsync(
        ServerLaunch launch,
        Func<CancellationToken, Task<bool>> isAlive,
        IProgress<OperationMessage> progress,
        CancellationToken cancellation)
    {
        using var administration = new AdministrationClient(launch.SocketFile, AnswerTime(launch.ReadyTimeout));
        return await WaitUntilRunningAsync(launch, isAlive, () => Task.CompletedTask, administration, progress, cancellation);
    }

    /// <summary>Asks a server to stop and waits until its process has ended. One that hangs is killed.</summary>
    /// <param name="socketFile">Its administration socket.</param>
    /// <param name="timeout">How long it may take before the process is killed.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>Whether there was a server.</returns>
    /// <exception cref="DevOpsException"><c>ServerNotStopped</c>.</exception>
    public async Task<bool> StopAsync(string socketFile, TimeSpan timeout, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        using var administration = new AdministrationClient(socketFile, AnswerTime(timeout));
        int processId;
        try
        {
            var status = await administration.GetStatusAsync(cancellation);
            if (status is null) return false;
            processId = status.ProcessId;
            await administration.StopAsync(cancellation);
        }
        catch (DevOpsException failure) when (failure.Id == "ServerNotAnswering" && administration.ProcessId is not null)
        {
            // It cannot say who it is, but the operating system can.
            processId = administration.ProcessId.Value;
        }

        await WaitForEndAsync(processId, timeout - _time.GetElapsedTime(began), cancellation);
        return true;
    }

    private static async Task<int> StartProcessAsync(ServerLaunch launch, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows()) return StartOnWindows(launch);
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var argument in (string[])["-c", StartScript, "sh", launch.LogFile, launch.Dotnet ?? ServerPrograms.FindDotnet(), launch.AssemblyFile, .. launch.Arguments])
        {
            start.ArgumentList.Add(argument);
        }

        SetVariables(start, launch);
        Process shell;
        using (InheritableDescriptors.Withhold(launch.InheritedDescriptors)) shell = Start(start, launch);
        using (shell)
        {
            var output = await shell.StandardOutput.ReadToEndAsync(cancellation);
            await shell.WaitForExitAsync(cancellation);
            return int.TryParse(output, CultureInfo.InvariantCulture, out var processId)
                ? processId
                : throw NotStarted(launch, $"the shell said '{output.Trim()}' instead of a process id", inner: null);
        }
    }

    private static int StartOnWindows(ServerLaunch launch)
    {
        var start = new ProcessStartInfo(ServerPrograms.FindDotnet()) { UseShellExecute = false, CreateNoWindow = true };
        start.ArgumentList.Add(launch.AssemblyFile);
        foreach (var argument in launch.Arguments) start.ArgumentList.Add(argument);
        SetVariables(start, launch);
        using var process = Start(start, launch);
        return process.Id;
    }

    private static Process Start(ProcessStartInfo start, ServerLaunch launch)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw NotStarted(launch, exception.Message, exception);
        }
    }

    private static void SetVariables(ProcessStartInfo start, ServerLaunch launch)
    {
        foreach (var (name, value) in launch.Variables) start.Environment[name] = value;
    }

    private static string LastLines(string file)
    {
        try
        {
            return string.Join('\n', File.ReadLines(file).TakeLast(LogLinesInError));
        }
        catch (IOException exception)
        {
            return $"(the log cannot be read: {exception.Message})";
        }
    }

    private static DevOpsException NotStarted(ServerLaunch launch, string cause, Exception? inner) => new(
        "ServerNotStarted",
        FailureKind.OperationFailed,
        $"The {launch.Role} '{launch.Instance}' could not be started: {cause}.",
        "Mend the cause, then try again.",
        launch.Instance,
        inner);

    private static DevOpsException FromServer(ServerLaunch launch, ServerFailure? failure) => failure is null
        ? NotStarted(launch, "it failed and did not say why", inner: null)
        : new DevOpsException(
            failure.Id,
            Enum.TryParse<FailureKind>(failure.Kind, out var kind) ? kind : FailureKind.OperationFailed,
            failure.Message,
            failure.RecommendedAction,
            launch.Instance);

    private async Task<ServerStatus> WaitUntilRunningAsync(
        ServerLaunch launch,
        Func<CancellationToken, Task<bool>> isProcessAlive,
        Func<Task> end,
        AdministrationClient administration,
        IProgress<OperationMessage> progress,
        CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        var activity = $"Starting {launch.Role}";
        progress.Report(new ProgressMessage(activity, Item: null, "starting the process"));
        try
        {
            while (true)
            {
                // Alive is asked first: a process that fails and ends between the two questions has then left its answer or its log.
                var isAlive = await isProcessAlive(cancellation);
                var status = await StatusOrNothingAsync(administration, cancellation);
                switch (status?.State)
                {
                    case ServerState.Running:
                        return status;
                    case ServerState.Failed:
                        await administration.StopAsync(cancellation);
                        // Whoever looks after this failure shall not find the process that is just ending.
                        await end();
                        throw FromServer(launch, status.Failure);
                    case ServerState.Starting when status.Activity is not null:
                        progress.Report(new ProgressMessage(activity, Item: null, status.Activity, status.Percent));
                        break;
                }

                if (!isAlive) throw EndedEarly(launch);
                if (_time.GetElapsedTime(began) > launch.ReadyTimeout)
                {
                    await end();
                    throw NotReady(launch, status);
                }

                // Neither the end of a process that is not our child nor the readiness of a socket raises an event that works on every platform.
                await Task.Delay(LookInterval, _time, cancellation);
            }
        }
        finally
        {
            progress.Report(new ProgressMessage(activity, Item: null, "done", IsCompleted: true));
        }
    }

    private static DevOpsException EndedEarly(ServerLaunch launch) => new(
        "ServerEndedEarly",
        FailureKind.OperationFailed,
        $"The {launch.Role} '{launch.Instance}' ended before it ran. Its last lines:\n{LastLines(launch.LogFile)}\n",
        $"The whole log is in '{launch.LogFile}'.",
        launch.Instance);

    private static DevOpsException NotReady(ServerLaunch launch, ServerStatus? status) => new(
        "ServerNotReady",
        FailureKind.Timeout,
        $"The {launch.Role} '{launch.Instance}' did not run within {launch.ReadyTimeout.TotalSeconds:0} seconds; it was still at: {status?.Activity ?? "starting the process"}.",
        $"Give it more time with -Timeout; its log is in '{launch.LogFile}'.",
        launch.Instance);

    private static TimeSpan AnswerTime(TimeSpan limit) =>
        limit >= AdministrationClient.AnswerTimeout ? AdministrationClient.AnswerTimeout : limit > ShortestAnswerTime ? limit : ShortestAnswerTime;

    // A machine that is busy with its start may keep it from answering; how long it may take is counted elsewhere.
    private static async Task<ServerStatus?> StatusOrNothingAsync(AdministrationClient administration, CancellationToken cancellation)
    {
        try
        {
            return await administration.GetStatusAsync(cancellation);
        }
        catch (DevOpsException failure) when (failure.Id == "ServerNotAnswering")
        {
            return null;
        }
    }

    private async Task EndAsync(int processId, string socketFile)
    {
        var began = _time.GetTimestamp();
        using var administration = new AdministrationClient(socketFile, EndGrace);
        try
        {
            await administration.StopAsync(CancellationToken.None);
        }
        catch (DevOpsException failure) when (failure.Id == "ServerNotAnswering")
        {
            // Then it is killed, below.
        }

        await WaitForEndAsync(processId, EndGrace - _time.GetElapsedTime(began), CancellationToken.None);
    }

    private async Task WaitForEndAsync(int processId, TimeSpan timeout, CancellationToken cancellation)
    {
        if (await HasEndedAsync(processId, timeout, cancellation)) return;
        Kill(processId);
        if (await HasEndedAsync(processId, EndGrace, cancellation)) return;
        throw new DevOpsException(
            "ServerNotStopped",
            FailureKind.Timeout,
            $"The process {processId} was killed and has still not ended after {EndGrace.TotalSeconds:0} seconds.",
            "It waits for the kernel: see with 'dmesg' what keeps the machine or its disk.",
            processId);
    }

    private async Task<bool> HasEndedAsync(int processId, TimeSpan timeout, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        while (ProcessLiveness.IsAlive(processId))
        {
            if (_time.GetElapsedTime(began) > timeout) return false;
            await Task.Delay(LookInterval, _time, cancellation);
        }

        return true;
    }

    private static void Kill(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill(entireProcessTree: true);
        }
        catch (ArgumentException)
        {
            // It ended by itself in the meantime.
        }
    }
}
