using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>
/// Gives alerts to commands: a program with its arguments, no shell, the alert as JSON on standard input, a clean
/// environment. Exit code 0 means that the alert was taken. What takes too long is killed with all that it started.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class CommandSender(TimeProvider time) : IAlertSender
{
    private const int LongestWords = 200;

    // Once the program has ended its pipes end too; what it left running may hold them open for ever.
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(SavedAlertDestination destination, Alert alert, CancellationToken ct)
    {
        var command = destination.Command!;
        if (ProgramPath.Find(command[0]) is null) return SendResult.Failed($"'{command[0]}' is not there, or cannot be run");
        using var limit = new CancellationTokenSource(destination.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            using var process = Process.Start(MakeStart(command))!;
            return await RunAsync(process, destination, alert, ct, either.Token);
        }
        catch (Win32Exception exception)
        {
            return SendResult.Failed($"'{command[0]}' cannot be started: {OneLine.Of(exception.Message, LongestWords)}");
        }
    }

    private static async Task<SendResult> RunAsync(Process process, SavedAlertDestination destination, Alert alert, CancellationToken ct, CancellationToken either)
    {
        // Cancelled at the end, so that no reader outlives the attempt.
        using var reading = new CancellationTokenSource();
        using var output = process.StandardOutput;
        using var errors = process.StandardError;
        var ended = Task.WhenAll(OutputTail.ReadAsync(output, reading.Token), OutputTail.ReadAsync(errors, reading.Token));
        try
        {
            await WriteAsync(process, AlertPayload.Write(alert), either);
            await process.WaitForExitAsync(either);
            reading.CancelAfter(OutputPatience);
            var said = await ended;
            if (process.ExitCode == 0) return SendResult.Taken;
            var words = OneLine.Of(said[1].Length > 0 ? said[1] : said[0], LongestWords);
            var cause = string.Create(CultureInfo.InvariantCulture, $"'{destination.Command![0]}' ended with exit code {process.ExitCode}");
            return SendResult.Failed(words.Length == 0 ? cause : $"{cause}: {words}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return SendResult.Failed($"'{destination.Command![0]}' did not end within {destination.Timeout.TotalSeconds:0.###} s and was killed");
        }
        finally
        {
            await EndAsync(process);
            await reading.CancelAsync();
            await ended;
        }
    }

    private static async Task WriteAsync(Process process, byte[] body, CancellationToken ct)
    {
        try
        {
            await using var input = process.StandardInput.BaseStream;
            await input.WriteAsync(body, ct);
        }
        catch (IOException)
        {
            // A program need not read what it is given; its exit code says whether it took it.
        }
    }

    private static async Task EndAsync(Process process)
    {
        if (process.HasExited) return;
        try
        {
            // First those whose parents still tell whose they are, then what only shares the session.
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is AggregateException or Win32Exception or InvalidOperationException)
        {
            // A descendant that became somebody else's cannot be killed by us; it must not save the others.
        }

        ProcessGroup.Kill(process);
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(KillPatience);
        }
        catch (TimeoutException)
        {
            // The system keeps a killed process for as long as its disk or network does not answer. It runs no more.
        }
    }

    private static ProcessStartInfo MakeStart(IReadOnlyList<string> command)
    {
        // A session of its own: no terminal, and one group that can be ended as a whole.
        IReadOnlyList<string> started = OperatingSystem.IsLinux() && ProgramPath.Find("setsid") is { } setsid ? [setsid, .. command] : command;
        var start = new ProcessStartInfo(started[0], started.Skip(1))
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetPathRoot(command[0]),
        };
        start.Environment.Clear();
        foreach (var (name, value) in Variables()) start.Environment[name] = value;
        return start;
    }

    private static Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = ProgramPath.Clean,
            ["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            ["USER"] = Environment.UserName,
            ["LOGNAME"] = Environment.UserName,
            ["LANG"] = "C.UTF-8",
        };
        // Without it, hardly any program of Windows starts.
        if (OperatingSystem.IsWindows()) variables["SystemRoot"] = Environment.GetFolderPath(Environment.SpecialFolder.Windows);
        return variables;
    }
}
