using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Starts the heartbeat monitor: a process that checks everything all the time, and its page.</para>
/// <para type="description">It checks every instance that was deployed from here, the droplets of the fleets that it is told, and every target that Add-HeartbeatTarget added, and finds out by itself what comes and goes. Its page shows a box for each, live, beside running deployments and balancers; /status.json and /metrics (for Prometheus) tell programs the same. It raises alerts, keeps a history, and goes on when this session ends. An installation has one; one that runs is changed. Watch-Heartbeat and Test-Heartbeat follow it.</para>
/// </summary>
/// <example>
/// <code>Start-HeartbeatMonitor; Show-HeartbeatDashboard</code>
/// <para>Starts it and opens its page.</para>
/// </example>
/// <example>
/// <code>Start-HeartbeatMonitor -Fleet data, flags -Interval 500ms -Persistent</code>
/// <para>Has systemd keep it running, checks twice a second, and checks the droplets of two fleets as well.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "HeartbeatMonitor", SupportsShouldProcess = true)]
[OutputType(typeof(HeartbeatMonitor))]
public sealed class StartHeartbeatMonitorCommand : HeartbeatMonitorCommand
{
    /// <summary>How long it may take until the page is served. By default one minute.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = Service(Timeout);
        var changes = Changes();
        if (Run((_, ct) => service.PreviewStartAsync(changes, ct)) is { } action && !ShouldProcess("heartbeat monitor", action)) return;
        var monitor = Run((progress, ct) => service.StartAsync(changes, progress, ct));
        if (PassThru) WriteObject(monitor);
    }
}
