using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Droplets;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>What the cmdlets that say how the heartbeat monitor is to be have in common.</summary>
public abstract class HeartbeatMonitorCommand : DevOpsCommand
{
    private const int HighestPort = 65_535;

    /// <summary>The port of the page. For a new monitor 8090.</summary>
    [Parameter]
    [ValidateRange(1, HighestPort)]
    public int? Port { get; set; }

    /// <summary>The address at which the page is served: 0.0.0.0 or :: for everybody, who then has to give the token that TokenPath of the monitor leads to. For a new monitor 127.0.0.1, which only this machine reaches.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ListenAddress { get; set; }

    /// <summary>The time from beat to beat: from 250ms on. For a new monitor one second.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Interval { get; set; }

    /// <summary>Fleets whose droplets are checked, too: whether their SSH server greets. An empty list for none.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [AllowEmptyCollection]
    public string[]? Fleet { get; set; }

    /// <summary>The saved connection through which those fleets are found. Without it the selected one is used.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Connection { get; set; }

    /// <summary>After how long an alert tells again what is still down: from 1m on, or 0 for never. For a new monitor four hours.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Reminder { get; set; }

    /// <summary>Has systemd keep it running, also after a restart of the machine; -Persistent:$false ends that.</summary>
    [Parameter]
    public SwitchParameter Persistent { get; set; }

    /// <summary>Shows the monitor.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The installation's monitor.</summary>
    /// <param name="readyTimeout">How long a start may take.</param>
    /// <returns>The service.</returns>
    private protected MonitorService Service(TimeSpan readyTimeout) => new(Run(() => StateFolder.Open())) { ReadyTimeout = readyTimeout };

    /// <summary>What is to be different about the monitor.</summary>
    /// <returns>The changes.</returns>
    private protected MonitorChanges Changes() => new()
    {
        Port = Port,
        ListenAddress = ListenAddress,
        Interval = Interval,
        Fleets = Fleet,
        Connection = Connection,
        Reminder = Reminder,
        IsPersistent = MyInvocation.BoundParameters.ContainsKey(nameof(Persistent)) ? Persistent.IsPresent : null,
    };
}
