using System.Management.Automation;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Changes the heartbeat monitor, while it runs.</para>
/// <para type="description">What is given is changed and the rest stays. A monitor that does not run has the change when it is started.</para>
/// </summary>
/// <example>
/// <code>Set-HeartbeatMonitor -Interval 250ms</code>
/// <para>Checks four times a second from now on.</para>
/// </example>
/// <example>
/// <code>Set-HeartbeatMonitor -Fleet data -Reminder 1h -PassThru</code>
/// <para>Checks the droplets of a fleet as well, and tells every hour what is still down.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "HeartbeatMonitor", SupportsShouldProcess = true)]
[OutputType(typeof(HeartbeatMonitor))]
public sealed class SetHeartbeatMonitorCommand : HeartbeatMonitorCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = Service(TimeSpan.FromMinutes(1));
        var changes = Changes();
        if (Run(() => service.PreviewChange(changes)) is { } action && !ShouldProcess("heartbeat monitor", action)) return;
        var monitor = Run((progress, ct) => service.ChangeAsync(changes, progress, ct));
        if (PassThru) WriteObject(monitor);
    }
}
