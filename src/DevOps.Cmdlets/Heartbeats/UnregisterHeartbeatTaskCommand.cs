using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Ends scheduled checks of heartbeats.</para>
/// <para type="description">A check that has begun is not cut off. Alerts that were raised stay as they are: nobody tells that something is up again, until it is checked again.</para>
/// </summary>
/// <example>
/// <code>Unregister-HeartbeatTask all</code>
/// <para>Ends one task after a confirmation.</para>
/// </example>
/// <example>
/// <code>Get-HeartbeatTask | Unregister-HeartbeatTask -Confirm:$false</code>
/// <para>Ends all of them without asking.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Unregister, "HeartbeatTask", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class UnregisterHeartbeatTaskCommand : DevOpsCommand
{
    /// <summary>The exact names of the tasks.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(HeartbeatTaskCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            if (!ShouldProcess($"heartbeat task '{name}'", "Unregister")) continue;
            TryRun((_, ct) => RemoveAsync(name, ct), out _);
        }
    }

    private static async Task<string> RemoveAsync(string name, CancellationToken ct)
    {
        await new HeartbeatTaskService(StateFolder.Open()).RemoveAsync(name, ct);
        return name;
    }
}
