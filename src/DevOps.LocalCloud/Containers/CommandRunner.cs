using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DevOps.LocalCloud.Containers;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="ErrorOutput">Its standard error.</param>
internal sealed record CommandResult(int ExitCode, string Output, string ErrorOutput);

/// <summary>Runs other programs.</summary>
internal static class CommandRunner
{
    /// <summary>How long a program may take when nothing else is said: far longer than the slowest machine needs.</summary>
    public static readonly TimeSpan UsualLimit = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program to its end, and ends it with all its children when cancelled or when it takes too long.</summary>
    /// <param name="file">The program's name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onErrorLine">Hears each line of standard error as it comes.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <param name="limit">How long it may take; <see cref="UsualLimit"/> when nothing.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="CloudFailure"><c>LocalCloudProgramMissing</c> or <c>ProgramTimedOut</c>.</exception>
    public static async Task<CommandResult> RunAsync(
        string file,
        IReadOnlyList<string> arguments,
        Action<string>? onErrorLine,
        CancellationToken cancellation,
        TimeSpan? limit = null)
    {
        var start = new ProcessStartInfo(file)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ending.CancelAfter(limit ?? UsualLimit);
        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(ending.Token);
        var errors = ReadLinesAsync(process.StandardError, onErrorLine, ending.Token);
        try
        {
            await process.WaitForExitAsync(ending.Token);
            return new CommandResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException exception)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw TimedOut(file, arguments, limit ?? UsualLimit, exception);
        }
    }

    private static CloudFailure TimedOut(string file, IReadOnlyList<string> arguments, TimeSpan limit, Exception inner) => new(
        "ProgramTimedOut",
        "Timeout",
        string.Create(CultureInfo.InvariantCulture, $"'{file} {(arguments.Count > 0 ? arguments[0] : string.Empty)}' did not end within {limit.TotalMinutes:0.##} minutes, so it was ended."),
        "Look what keeps the machine or its disk busy, then try again.",
        inner);

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new CloudFailure(
                "LocalCloudProgramMissing",
                "NotFound",
                $"'{start.FileName}' cannot be run: {exception.Message}",
                "Start-LocalCloud -InstallPackage installs what is missing.",
                exception);
        }
    }

    private static async Task<string> ReadLinesAsync(StreamReader reader, Action<string>? onLine, CancellationToken cancellation)
    {
        var all = new StringBuilder();
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            all.Append(line).Append('\n');
            onLine?.Invoke(line);
        }

        return all.ToString();
    }
}
