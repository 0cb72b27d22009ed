using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats.Pushes;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Tells that a job has run: the call that a heartbeat target with the address push://NAME waits for.</para>
/// <para type="description">The call is written down in the state folder in place of the one before, and no server is needed for it. The target is Up until its next call is overdue, and Down at once when the job tells that it has failed. A job that is not PowerShell's, or runs as another account or elsewhere, calls over HTTP with the header that Add-HeartbeatTarget has made.</para>
/// </summary>
/// <example>
/// <code>Send-Heartbeat backup</code>
/// <para>Tells that the backup has been made.</para>
/// </example>
/// <example>
/// <code>try { ./Backup.ps1; Send-Heartbeat backup } catch { Send-Heartbeat backup -Failed -Message "$_"; throw }</code>
/// <para>Tells how the backup ended, either way.</para>
/// </example>
[Cmdlet(VerbsCommunications.Send, "Heartbeat")]
[OutputType(typeof(HeartbeatCall))]
public sealed class SendHeartbeatCommand : DevOpsCommand
{
    /// <summary>The exact name of the target.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(HeartbeatTargetCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>The job has failed.</summary>
    [Parameter]
    public SwitchParameter Failed { get; set; }

    /// <summary>What the job says, of which one line of 300 characters is kept. Everybody who sees the target sees it.</summary>
    [Parameter]
    public string? Message { get; set; }

    /// <summary>Shows the call.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var outcome = Failed ? HeartbeatOutcome.Failed : HeartbeatOutcome.Succeeded;
        if (TryRun(() => new PushStore(StateFolder.Open()).Record(Name, outcome, Message, Environment.MachineName, Environment.UserName), out var call) && PassThru) WriteObject(call);
    }
}
