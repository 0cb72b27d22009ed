using DevOps.Core.Hosts;

namespace DevOps.Core.Heartbeats.Systemd;

/// <summary>
/// Runs short commands on a droplet over one connection that is kept, no more of them at once than its SSH server takes.
/// </summary>
/// <param name="run">Runs code with arguments, for a limited time.</param>
/// <param name="isConnected">Whether the connection stands.</param>
/// <param name="close">Ends the connection.</param>
internal sealed class DropletShell(
    Func<string, IReadOnlyList<string>, TimeSpan, Task<HostCommandResult>> run,
    Func<bool> isConnected,
    Func<ValueTask> close) : IKeptConnection
{
    private readonly SemaphoreSlim _channels = new(HostSession.MaximumCommands);
    private volatile bool _isClosed;

    /// <inheritdoc/>
    public bool IsBroken => _isClosed || !isConnected();

    /// <summary>Uses a verified session.</summary>
    /// <param name="session">The session, which is ended with the shell.</param>
    /// <returns>The shell.</returns>
    public static DropletShell Of(HostSession session) => new(
        (code, arguments, limit) => session.RunAsync(code, arguments, timeout: limit),
        () => session.IsConnected,
        session.DisposeAsync);

    /// <summary>Runs POSIX sh code.</summary>
    /// <param name="code">The code.</param>
    /// <param name="arguments">Its arguments; quoted on the way.</param>
    /// <param name="limit">How long it may run on the droplet.</param>
    /// <param name="ct">Ends the wait for it; the droplet ends the command itself.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="DevOpsException"><c>HostCommandTimeout</c>, <c>HostConnectionLost</c>.</exception>
    public async Task<HostCommandResult> RunAsync(string code, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken ct)
    {
        await _channels.WaitAsync(ct);
        try
        {
            return await run(code, arguments, limit).WaitAsync(ct);
        }
        finally
        {
            _channels.Release();
        }
    }

    /// <summary>Ends the connection.</summary>
    /// <returns>A task that ends once it is ended.</returns>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        await close();
    }
}
