using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Stops the heartbeat monitor and its page.</para>
/// <para type="description">Settings and history stay, so that Start-HeartbeatMonitor brings it back as it was; the time in between is then unknown in the history. A persistent one is not started with the machine until then. With -Remove they are deleted.</para>
/// </summary>
/// <example>
/// <code>Stop-HeartbeatMonitor</code>
/// <para>Stops it.</para>
/// </example>
/// <example>
/// <code>Stop-HeartbeatMonitor; Start-HeartbeatMonitor</code>
/// <para>Starts it anew, after an update of the module for example.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "HeartbeatMonitor", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(HeartbeatMonitor))]
public sealed class StopHeartbeatMonitorCommand : DevOpsCommand
{
    /// <summary>Deletes its settings, its history, its log, and what is remembered of incidents: what is down then is told anew by the next check.</summary>
    [Parameter]
    public SwitchParameter Remove { get; set; }

    /// <summary>Shows the stopped monitor. One that was removed is not shown.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess("heartbeat monitor", Remove ? "Stop, and delete its settings and its history," : "Stop")) return;
        var service = new MonitorService(Run(() => StateFolder.Open()));
        var monitor = Run((_, ct) => service.StopAsync(Remove, ct));
        if (PassThru && monitor is not null) WriteObject(monitor);
    }
}
