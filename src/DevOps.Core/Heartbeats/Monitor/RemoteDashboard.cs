using DevOps.Core.Hosts;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>Makes the page of a monitor that runs on a droplet reachable from this machine, through the verified SSH connection to it.</summary>
/// <param name="state">The installation's state folder, which has the key.</param>
/// <param name="time">The clock, the system's when nothing.</param>
public sealed class RemoteDashboard(StateFolder state, TimeProvider? time = null)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>How long the page, or the droplet, may take to answer.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Opens the way to the page, tells its address as a result once the page answers there, and keeps it open.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="port">The page's port on the droplet's loopback.</param>
    /// <param name="progress">Hears the address, a <see cref="Uri"/> of this machine's loopback.</param>
    /// <param name="ct">Ends it and closes the way.</param>
    /// <returns>A task that ends by <paramref name="ct"/> or by a failure only.</returns>
    /// <exception cref="DevOpsException"><c>MonitorNotRunning</c>, <c>HostConnectionLost</c>, <c>HostCommandTimeout</c>, and what <see cref="HostConnector"/> says.</exception>
    public async Task ShowAsync(Droplet droplet, int port, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await using var host = await new HostConnector(state, _time).ConnectAsync(droplet, ct);
        using var tunnel = host.OpenTunnel(port);
        await CheckAsync(tunnel.Endpoint, droplet, port, ct);
        progress.Report(new ResultMessage(tunnel.Endpoint));
        while (true)
        {
            await Task.Delay(LookInterval, _time, ct);
            // A tunnel whose connection has gone goes on listening; any command finds that out.
            await host.RunAsync("true", timeout: AnswerTimeout, ct: ct);
        }
    }

    // The tunnel takes connections whatever is at its other end.
    private async Task CheckAsync(Uri page, Droplet droplet, int port, CancellationToken ct)
    {
        using var browser = new HttpClient { Timeout = AnswerTimeout };
        try
        {
            using var answer = await browser.GetAsync(page, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new DevOpsException(
                "MonitorNotRunning",
                FailureKind.Unavailable,
                $"No heartbeat monitor answers at port {port} of droplet '{droplet.Name}'.",
                "Start-HeartbeatMonitor on that droplet starts one; give the port of its page with -Port.",
                droplet,
                exception);
        }
    }
}
