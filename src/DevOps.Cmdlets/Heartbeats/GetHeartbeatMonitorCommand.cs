using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Shows the heartbeat monitor: its state, its page, and how many targets are up.</para>
/// <para type="description">Notices says what it cannot do at the moment, such as writing its history on a full disk. Nothing is shown before Start-HeartbeatMonitor has made one.</para>
/// </summary>
/// <example>
/// <code>Get-HeartbeatMonitor</code>
/// <para>Shows it.</para>
/// </example>
/// <example>
/// <code>(Get-HeartbeatMonitor).Notices</code>
/// <para>Shows what it cannot do at the moment.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "HeartbeatMonitor")]
[OutputType(typeof(HeartbeatMonitor))]
public sealed class GetHeartbeatMonitorCommand : DevOpsCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = new MonitorService(Run(() => StateFolder.Open()));
        if (Run((_, ct) => service.GetAsync(ct)) is { } monitor) WriteObject(monitor);
    }
}
