using System.Diagnostics;
using System.Globalization;

namespace DevOps.Benchmarks.Balancer;

/// <summary>
/// A process group of its own that never outlives this program, however this program ends: a shell waits until the pipe
/// to it is closed, which the system does for a dead program too, and then kills the group.
/// </summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    // $1 is the log file, the rest is the command. setsid does not fork here, since a background job of a shell without
    // job control leads no group. The id is printed from inside, so that the group exists when it is known.
    private const string GuardScript = """
        log=$1; shift
        trap '' INT HUP
        trap 'exit 143' TERM
        ulimit -S -n 8192 2>/dev/null || :
        setsid /bin/sh -c 'echo $$; exec "$@" >>"$0" 2>&1' "$log" "$@" </dev/null &
        trap 'kill -9 "-$!" "$!" 2>/dev/null || :; wait' EXIT
        read -r _ || :
        """;

    private const int LogLinesInError = 15;

    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _guard;
    private readonly string _logFile;

    private GuardedProcess(Process guard, int group, string logFile)
    {
        _guard = guard;
        _logFile = logFile;
        Group = group;
    }

    /// <summary>The id of the process group.</summary>
    public int Group { get; }

    /// <summary>Starts a command.</summary>
    /// <param name="command">The command and its arguments.</param>
    /// <param name="variables">Environment variables to set.</param>
    /// <param name="logFile">Where its output goes, appended.</param>
    /// <param name="cancellation">Cancels the start.</param>
    /// <returns>What was started.</returns>
    public static async Task<GuardedProcess> StartAsync(
        IReadOnlyList<string> command,
        IReadOnlyDictionary<string, string> variables,
        string logFile,
        CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", GuardScript, "guard", logFile, .. command]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var guard = Process.Start(start)!;
        try
        {
            var line = await guard.StandardOutput.ReadLineAsync(cancellation);
            return new GuardedProcess(guard, int.Parse(line!, CultureInfo.InvariantCulture), logFile);
        }
        catch
        {
            guard.StandardInput.Close();
            guard.Dispose();
            throw;
        }
    }

    /// <summary>Reads what it wrote last.</summary>
    /// <returns>The last lines of its output, or why there is none.</returns>
    public string ReadLastLines()
    {
        try
        {
            return string.Join('\n', File.ReadLines(_logFile).TakeLast(LogLinesInError));
        }
        catch (IOException exception)
        {
            return $"(its output cannot be read: {exception.Message})";
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        using var limit = new CancellationTokenSource(EndTimeout);
        try
        {
            await _guard.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"The process group {Group} could not be ended within {EndTimeout.TotalSeconds:0} seconds.");
        }

        _guard.Dispose();
    }
}
