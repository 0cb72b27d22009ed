using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Shows how targets were: uptime, incidents and latencies, as the heartbeat monitor wrote them down.</para>
/// <para type="description">Uptime is the share of the time in which a target answered, of the time in which it was up, degraded or down: maintenance, and time in which no monitor ran, count neither way. Incidents holds the times in which it was degraded or down, each with begin, end and cause. Thirty days are kept.</para>
/// </summary>
/// <example>
/// <code>Get-HeartbeatHistory</code>
/// <para>Shows the last day of all targets.</para>
/// </example>
/// <example>
/// <code>Get-HeartbeatHistory itrust-* -From (Get-Date).AddDays(-30) | ForEach-Object Incidents</code>
/// <para>Shows the incidents of an application's instances in the last thirty days.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "HeartbeatHistory")]
[OutputType(typeof(HeartbeatHistory))]
public sealed class GetHeartbeatHistoryCommand : DevOpsCommand
{
    /// <summary>Names of targets or of what they belong to. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Target")]
    [ArgumentCompleter(typeof(HeartbeatTargetCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Where the period begins. By default a day before it ends.</summary>
    [Parameter]
    public DateTimeOffset? From { get; set; }

    /// <summary>Where the period ends. By default now.</summary>
    [Parameter]
    public DateTimeOffset? To { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var to = To ?? TimeProvider.System.GetUtcNow();
        var from = From ?? to.AddDays(-1);
        var names = new NamePatterns(Name);
        var histories = Run((progress, ct) => new MonitorHistoryReader(StateFolder.Open()).ReadAsync(from, to, progress, ct));
        // Each is asked about, so that a name that none has is found out.
        WriteObject(histories.Where(history => names.IsMatch(history.Target) | (history.Group is { } group && names.IsMatch(group))), enumerateCollection: true);
        foreach (var name in names.NotFound())
        {
            WriteError(ToErrorRecord(new Core.DevOpsException("HeartbeatHistoryNotFound", Core.FailureKind.NotFound, $"There is no history of '{name}'.", "Get-HeartbeatHistory shows all that there is; Start-HeartbeatMonitor has one written.", name)));
        }
    }
}
