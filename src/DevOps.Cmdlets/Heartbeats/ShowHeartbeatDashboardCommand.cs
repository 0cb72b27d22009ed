using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Droplets;
using DevOps.Core;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Opens the page of the heartbeat monitor in a browser.</para>
/// <para type="description">Of a monitor on a droplet, such as a control host of your own, the page is reached through the verified SSH connection to it: the tunnel is there until the cmdlet is ended with Ctrl+C. Where no browser can be opened, a warning tells the address.</para>
/// </summary>
/// <example>
/// <code>Show-HeartbeatDashboard</code>
/// <para>Opens the page of this installation's monitor.</para>
/// </example>
/// <example>
/// <code>Show-HeartbeatDashboard -Droplet control-1</code>
/// <para>Opens the page of the monitor on a droplet.</para>
/// </example>
[Cmdlet(VerbsCommon.Show, "HeartbeatDashboard", DefaultParameterSetName = "Local")]
[OutputType(typeof(Uri))]
public sealed class ShowHeartbeatDashboardCommand : CloudCommand
{
    private const int HighestPort = 65_535;

    /// <summary>The exact name of the droplet on which the monitor runs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Remote")]
    [ArgumentCompleter(typeof(DropletCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Droplet { get; set; }

    /// <summary>The port of the page there. By default 8090.</summary>
    [Parameter(ParameterSetName = "Remote")]
    [ValidateRange(1, HighestPort)]
    public int Port { get; set; } = 8_090;

    /// <summary>Opens no browser.</summary>
    [Parameter]
    public SwitchParameter NoBrowser { get; set; }

    /// <summary>Emits the page's address.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Droplet is null) ShowOwn();
        else ShowRemote(Droplet);
    }

    private void ShowOwn()
    {
        var monitor = Run((_, ct) => new MonitorService(State()).RequireAsync(ct));
        if (monitor.State != HeartbeatMonitorState.Running)
        {
            ThrowTerminatingError(ToErrorRecord(new DevOpsException("MonitorNotRunning", FailureKind.Unavailable, "The heartbeat monitor does not run.", "Start-HeartbeatMonitor starts it.")));
        }

        if (monitor.TokenPath is { } token) WriteWarning($"The page asks for the token in '{token}'.");
        Open(monitor.Uri);
    }

    private void ShowRemote(string name) => Run(async (progress, ct) =>
    {
        var droplet = await Session().Droplets.GetAsync(name, ct);
        await new RemoteDashboard(State()).ShowAsync(droplet, Port, progress, ct);
        return true;
    });

    /// <inheritdoc/>
    private protected override void Write(Core.Operations.OperationMessage message)
    {
        if (message is Core.Operations.ResultMessage { Value: Uri address }) Open(address);
        else base.Write(message);
    }

    private void Open(Uri address)
    {
        if (!NoBrowser && !Browser.TryOpen(address)) WriteWarning($"No browser could be opened. The page is at {address}");
        if (PassThru) WriteObject(address);
    }
}
