using System.Diagnostics;
using System.Globalization;
using System.Text;
using DevOps.Model;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace DevOps.Core.Hosts;

/// <summary>A verified SSH connection to a droplet as root. Several commands may run in it at once, up to <see cref="MaximumCommands"/>.</summary>
public sealed class HostSession : IAsyncDisposable
{
    /// <summary>How many characters of each output stream a result keeps at least.</summary>
    public const int CapturedCharacters = 8 * 1024 * 1024;

    /// <summary>How many commands may run at once in one session: sshd's default limit of channels, <c>MaxSessions</c>.</summary>
    public const int MaximumCommands = 10;

    /// <summary>How long a command may run when nothing else is said.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(15);

    // How much longer than the command's own limit this side waits before it takes the connection for dead.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    // Which processes belong to a command: all that inherited this variable with its mark.
    private const string MarkVariable = "DEVOPS_COMMAND";

    private const string EndCode = """
        of_command() { grep -lzx -- "DEVOPS_COMMAND=$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3; }
        for round in 1 2 3 4 5 6 7 8 9 10; do
            processes=$(of_command "$1")
            [ -n "$processes" ] || exit 0
            [ "$round" = 1 ] && kill -TERM $processes 2>/dev/null
            sleep 0.2
        done
        kill -KILL $(of_command "$1") 2>/dev/null
        """;

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly SshClient _client;

    internal HostSession(SshClient client, Droplet droplet, string hostKey)
    {
        _client = client;
        Droplet = droplet;
        HostKey = hostKey;
    }

    /// <summary>The droplet at the other end.</summary>
    public Droplet Droplet { get; }

    /// <summary>The SHA-256 of the host key that the droplet showed, as in its tag.</summary>
    public string HostKey { get; }

    /// <summary>Whether the connection stands, as far as this side knows.</summary>
    public bool IsConnected => _client.IsConnected;

    /// <summary>
    /// Runs POSIX sh code as root on the droplet, as <c>sh -c CODE sh ARG…</c>. The droplet itself ends it after
    /// <paramref name="timeout"/>, also when the connection has gone.
    /// </summary>
    /// <param name="code">The code.</param>
    /// <param name="arguments">Its arguments, <c>$1</c> and so on; quoted here.</param>
    /// <param name="standardInput">What it reads from standard input; nothing means an empty one.</param>
    /// <param name="onOutput">Told each output line as it comes, from other threads, one at a time.</param>
    /// <param name="timeout">How long it may run: <see cref="DefaultTimeout"/> when nothing, no limit when <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="ct">Ends the command on the droplet and the wait for it.</param>
    /// <returns>How it ended, whatever its exit code.</returns>
    /// <exception cref="DevOpsException"><c>HostCommandTimeout</c>, <c>HostConnectionLost</c>.</exception>
    public async Task<HostCommandResult> RunAsync(
        string code,
        IReadOnlyList<string>? arguments = null,
        Stream? standardInput = null,
        Action<HostOutputLine>? onOutput = null,
        TimeSpan? timeout = null,
        CancellationToken ct = default)
    {
        var end = await RunToEndAsync(code, arguments, standardInput, onOutput, timeout, ct);
        return end.Timeout is null ? end.Result : throw end.Timeout;
    }

    /// <summary>Does the same, and hands over what a command wrote that took too long.</summary>
    /// <param name="code">The code.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="standardInput">What it reads from standard input.</param>
    /// <param name="onOutput">Told each output line.</param>
    /// <param name="timeout">How long it may run.</param>
    /// <param name="ct">Ends the command on the droplet and the wait for it.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="DevOpsException"><c>HostConnectionLost</c>.</exception>
    internal async Task<HostCommandEnd> RunToEndAsync(
        string code,
        IReadOnlyList<string>? arguments,
        Stream? standardInput,
        Action<HostOutputLine>? onOutput,
        TimeSpan? timeout,
        CancellationToken ct)
    {
        var limit = timeout ?? DefaultTimeout;
        var input = await HostInput.OpenAsync(standardInput, ct);
        var mark = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        using var command = CreateCommand(CommandLine(mark, code, arguments ?? [], limit, input is not null));
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (limit != Timeout.InfiniteTimeSpan) waiting.CancelAfter(limit + Grace);
        var started = Stopwatch.GetTimestamp();
        var oneAtATime = new Lock();
        Action<HostOutputLine>? report = onOutput is null ? null : line =>
        {
            lock (oneAtATime) onOutput(line);
        };
        var output = new HostOutputReader(isError: false, report);
        var errorOutput = new HostOutputReader(isError: true, report);
        try
        {
            // Opening a channel waits for the droplet's answer and the library has no asynchronous form of it.
            var execution = await Task.Run(() => Started(command.ExecuteAsync(CancellationToken.None)), ct);
            var reading = Task.WhenAll(output.ReadToEndAsync(command.OutputStream), errorOutput.ReadToEndAsync(command.ExtendedOutputStream));
            var sending = input?.SendAsync(command, execution) ?? Task.CompletedTask;
            try
            {
                await execution.Completion.WaitAsync(waiting.Token);
            }
            catch (OperationCanceledException)
            {
                await EndAsync(mark, command, execution);
                ct.ThrowIfCancellationRequested();
                return TimedOut();
            }

            await reading;
            await sending;
        }
        catch (Exception exception) when (exception is SshException or ObjectDisposedException or System.Net.Sockets.SocketException or IOException)
        {
            // Ending a cancelled command may cost the connection; who cancelled hears of the cancellation.
            ct.ThrowIfCancellationRequested();
            throw ConnectionLost(exception);
        }

        // timeout(1) ends with 124, or is itself ended with 137 when the command had to be killed.
        if (limit != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(started) >= limit && command.ExitStatus is 124 or 137 or null) return TimedOut();
        return new HostCommandEnd(Result(command.ExitSignal is null ? command.ExitStatus : null), null);

        HostCommandResult Result(int? exitCode) => new(exitCode, output.Captured, errorOutput.Captured, Stopwatch.GetElapsedTime(started));
        HostCommandEnd TimedOut()
        {
            var result = Result(exitCode: null);
            return new HostCommandEnd(result, TooLong(limit, result));
        }
    }

    /// <summary>Opens a port of this machine that leads to one that only the host itself reaches.</summary>
    /// <param name="port">The host's port, on its loopback.</param>
    /// <returns>The tunnel, which is there until it is disposed of.</returns>
    public HostTunnel OpenTunnel(int port) => new(_client, port);

    /// <summary>Closes the connection.</summary>
    /// <returns>A task that ends once it is closed.</returns>
    public async ValueTask DisposeAsync() =>
        // Says goodbye to the other side and waits for it, with no asynchronous form.
        await Task.Run(_client.Dispose);

    // sshd takes no signals for sessions of root, so the command's processes are found by the mark in their environment.
    private async Task EndAsync(string mark, SshCommand command, HostExecution execution)
    {
        using var end = CreateCommand(CommandLine("end", EndCode, [mark], EndLimit, hasInput: false));
        using var patience = new CancellationTokenSource(EndLimit + EndLimit);
        try
        {
            await Task.Run(() => end.ExecuteAsync(CancellationToken.None), CancellationToken.None).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // A droplet that does not answer ends the command itself when its time is up.
        }

        // The command's end closes its channel. sshd hangs up on whoever sends something to a channel that it has closed,
        // so the channel is closed from here only when that end has not come.
        using var ending = new CancellationTokenSource(EndLimit);
        await execution.Completion.WaitAsync(ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!execution.Completion.IsCompleted) await Task.Run(() => command.CancelAsync(forceKill: false, millisecondsTimeout: 1_000), CancellationToken.None);
    }

    private static string CommandLine(string mark, string code, IReadOnlyList<string> arguments, TimeSpan limit, bool hasInput)
    {
        var line = new StringBuilder($"{MarkVariable}={mark} ");
        if (limit != Timeout.InfiniteTimeSpan)
        {
            line.Append(CultureInfo.InvariantCulture, $"timeout -k 5 {Math.Max(limit.TotalSeconds, 0.001):0.###} ");
        }

        line.Append("sh -c ").Append(PosixQuote.Quote(code)).Append(" sh");
        foreach (var argument in arguments) line.Append(' ').Append(PosixQuote.Quote(argument));
        if (!hasInput) line.Append(" </dev/null");
        return line.ToString();
    }

    // A record, so that awaiting the start does not await the whole execution.
    private static HostExecution Started(Task completion) => new(completion);

    private SshCommand CreateCommand(string commandLine)
    {
        try
        {
            return _client.CreateCommand(commandLine);
        }
        catch (Exception exception) when (exception is SshException or ObjectDisposedException or InvalidOperationException)
        {
            throw ConnectionLost(exception);
        }
    }

    private DevOpsException TooLong(TimeSpan limit, HostCommandResult result)
    {
        var last = LastLine(result.ErrorOutput) ?? LastLine(result.Output);
        return new DevOpsException(
            "HostCommandTimeout",
            FailureKind.Timeout,
            string.Create(CultureInfo.InvariantCulture, $"A command on droplet '{Droplet.Name}' took longer than {limit.TotalSeconds:0.###} seconds and was ended.")
                + (last is null ? string.Empty : $" Its last line: {last}"),
            "Give it more time with -Timeout, or find out what it waits for with Invoke-DropletCommand.",
            Droplet);
    }

    private static string? LastLine(string text)
    {
        var trimmed = text.AsSpan().TrimEnd();
        return trimmed.IsEmpty ? null : trimmed[(trimmed.LastIndexOf('\n') + 1)..].ToString();
    }

    private DevOpsException ConnectionLost(Exception inner) => new(
        "HostConnectionLost",
        FailureKind.Unavailable,
        $"The connection to droplet '{Droplet.Name}' ({Droplet.PublicAddress}) was lost: {inner.Message}",
        $"See whether it is powered on with Get-Droplet -Name {Droplet.Name}, then try again.",
        Droplet,
        inner);
}
