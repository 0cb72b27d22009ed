using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DevOps.Core.Environments;
using DevOps.Core.Operations;

namespace DevOps.Core.Releases;

/// <summary>Runs an application's build command: apart, without anything of ours, within its time.</summary>
/// <param name="sandbox">Who runs it.</param>
/// <param name="folder">Where.</param>
/// <param name="time">The clock.</param>
internal sealed class BuildProcess(BuildSandbox sandbox, BuildFolder folder, TimeProvider time)
{
    // Once the group is dead its pipes end at once; what left the group may hold them open for ever.
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(5);

    /// <summary>Runs the build command.</summary>
    /// <param name="application">The application.</param>
    /// <param name="source">What is built.</param>
    /// <param name="progress">Hears the output, line by line.</param>
    /// <param name="ct">Ends the build.</param>
    /// <returns>A task that ends with the build.</returns>
    /// <exception cref="DevOpsException"><c>BuildFailed</c>, <c>BuildTimedOut</c>, <c>BuildNotStarted</c>.</exception>
    public async Task RunAsync(ApplicationDefinition application, GitSource source, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var log = new BuildLog(application.Name, progress);
        using var process = Start(application, source);
        var output = Task.WhenAll(log.ReadAsync(process.StandardOutput, CancellationToken.None), log.ReadAsync(process.StandardError, CancellationToken.None));
        using var limit = new CancellationTokenSource(application.BuildTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            EndGroup(process);
            await IgnoreStragglersAsync(output);
            throw Failure(application, "BuildTimedOut", FailureKind.Timeout, $"The build of {application.Name} was ended because it took longer than {application.BuildTimeout.TotalSeconds:0.###} s.", log, "Raise BuildTimeout in the environment file, or make the build faster.");
        }
        finally
        {
            EndGroup(process);
            await sandbox.EndLeftoversAsync(CancellationToken.None);
        }

        await IgnoreStragglersAsync(output);
        if (process.ExitCode != 0)
        {
            throw Failure(application, "BuildFailed", FailureKind.OperationFailed, $"The build of {application.Name} at commit {source.Commit[..12]} failed with exit code {process.ExitCode}. Nothing was deployed.", log, "Mend the cause, commit and push again.");
        }
    }

    /// <summary>Reads the shell program under which builds run.</summary>
    /// <returns>Its text.</returns>
    internal static string ReadSupervisor() => EmbeddedFile.Read("Releases/Scripts/supervise.sh");

    private static DevOpsException Failure(ApplicationDefinition application, string id, FailureKind kind, string message, BuildLog log, string action) =>
        new(id, kind, log.LastLines.Length == 0 ? message : $"{message} Its last lines:\n{log.LastLines}\n", action, application.Name);

    private static async Task IgnoreStragglersAsync(Task output)
    {
        try
        {
            await output.WaitAsync(OutputPatience);
        }
        catch (Exception exception) when (exception is TimeoutException or IOException)
        {
            // The build has ended; who still holds its output has nothing more to say about it.
        }
    }

    // The supervisor's watcher keeps the group's number taken until this very call, so nobody else can be hit.
    private static void EndGroup(Process process) => ProcessGroup.Kill(process);

    private Process Start(ApplicationDefinition application, GitSource source)
    {
        IReadOnlyList<string> supervised = ["/bin/sh", "-c", ReadSupervisor(), "sh", .. sandbox.Isolated("/bin/sh", "-e", "-c", application.Build!)];
        // A session of its own: no terminal, and one group that can be ended as a whole.
        IReadOnlyList<string> command = OperatingSystem.IsLinux() ? ["setsid", .. supervised] : supervised;
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Source,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Variables(source)) start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new DevOpsException("BuildNotStarted", FailureKind.Unavailable, $"The build of {application.Name} cannot be started: {exception.Message}", "Install the package util-linux, which has setsid and setpriv.", application.Name, exception);
        }
    }

    private Dictionary<string, string> Variables(GitSource source)
    {
        var user = sandbox.Account ?? Environment.UserName;
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = ProgramPath.Clean,
            ["HOME"] = folder.Home,
            ["TMPDIR"] = folder.Temporary,
            ["USER"] = user,
            ["LOGNAME"] = user,
            ["SHELL"] = "/bin/sh",
            ["LANG"] = "C.UTF-8",
            // Tools that honour it make the same output of the same source: see reproducible-builds.org.
            ["SOURCE_DATE_EPOCH"] = source.ChangedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        };
    }
}
