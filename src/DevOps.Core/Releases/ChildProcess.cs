using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace DevOps.Core.Releases;

/// <summary>What a program said.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="ErrorOutput">What it wrote to standard error.</param>
internal sealed record ChildResult(int ExitCode, string Output, string ErrorOutput);

/// <summary>Runs a short program of the system to its end.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Starts a program with nothing on its standard input, and collects what it says.</summary>
    /// <param name="start">The program. Standard streams are taken over.</param>
    /// <param name="ct">Kills it.</param>
    /// <returns>What it said.</returns>
    /// <exception cref="Win32Exception">The program does not exist or cannot be started.</exception>
    public static async Task<ChildResult> RunAsync(ProcessStartInfo start, CancellationToken ct)
    {
        var output = new MemoryStream();
        var (exitCode, errors) = await RunAsync(start, (stream, cancel) => stream.CopyToAsync(output, cancel), ct);
        return new ChildResult(exitCode, Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length), errors);
    }

    /// <summary>Starts a program with nothing on its standard input, and hands on what it writes.</summary>
    /// <param name="start">The program. Standard streams are taken over.</param>
    /// <param name="read">Reads its standard output to the end.</param>
    /// <param name="ct">Kills it.</param>
    /// <returns>The exit code, and what it wrote to standard error.</returns>
    /// <exception cref="Win32Exception">The program does not exist or cannot be started.</exception>
    public static async Task<(int ExitCode, string ErrorOutput)> RunAsync(ProcessStartInfo start, Func<Stream, CancellationToken, Task> read, CancellationToken ct)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await read(process.StandardOutput.BaseStream, limit.Token);
            var text = await errors;
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, text);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new DevOpsException("ProgramTimedOut", FailureKind.Timeout, $"'{start.FileName}' did not end within {Limit.TotalMinutes:0} minutes.", "Look what keeps the machine or its disk busy, then try again.", start.FileName);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
