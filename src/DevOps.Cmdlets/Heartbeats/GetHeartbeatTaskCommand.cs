using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Lists the scheduled checks of heartbeats.</para>
/// <para type="description">LastRun and LastExitCode tell how a check that systemd began last ended: 0 when everything was up, 1 when something was degraded, 2 when something was down, 3 when something could not be checked. cron tells neither.</para>
/// </summary>
/// <example>
/// <code>Get-HeartbeatTask</code>
/// <para>Lists all tasks of the installation.</para>
/// </example>
/// <example>
/// <code>Get-HeartbeatTask | Where-Object LastExitCode -eq 3</code>
/// <para>Lists the tasks that could not check everything.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "HeartbeatTask")]
[OutputType(typeof(HeartbeatTask))]
public sealed class GetHeartbeatTaskCommand : DevOpsCommand
{
    /// <summary>The task's name. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(HeartbeatTaskCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var names = new NamePatterns(Name);
        var tasks = Run((_, ct) => new HeartbeatTaskService(StateFolder.Open()).ListAsync(ct));
        foreach (var task in tasks.Where(task => names.IsMatch(task.Name))) WriteObject(task);
        foreach (var name in names.NotFound()) WriteError(ToErrorRecord(HeartbeatTaskService.NotFound(name)));
    }
}
