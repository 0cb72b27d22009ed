using System.ComponentModel;
using System.Diagnostics;
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
    /// <summary>Runs a program to its end, and ends it with all its children when cancelled.</summary>
    /// <param name="file">The program's name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onErrorLine">Hears each line of standard error as it comes.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="CloudFailure">The program is not there.</exception>
    public static async Task<CommandResult> RunAsync(
        string file,
        IReadOnlyList<string> arguments,
        Action<string>? onErrorLine,
        CancellationToken cancellation)
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
        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = ReadLinesAsync(process.StandardError, onErrorLine, cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation);
            return new CommandResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

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
