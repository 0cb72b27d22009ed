using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Lists the heartbeat targets that were added.</para>
/// <para type="description">Applications' instances and droplets need not be added: Watch-Heartbeat and Test-Heartbeat find them by their environment or fleet.</para>
/// </summary>
/// <example>
/// <code>Get-HeartbeatTarget</code>
/// <para>Lists all targets that were added.</para>
/// </example>
/// <example>
/// <code>Get-HeartbeatTarget | Where-Object Group -eq itrust | Test-Heartbeat</code>
/// <para>Checks some of them.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "HeartbeatTarget")]
[OutputType(typeof(HeartbeatTarget))]
public sealed class GetHeartbeatTargetCommand : DevOpsCommand
{
    /// <summary>The target's name. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(HeartbeatTargetCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var store = new HeartbeatTargetStore(Run(() => StateFolder.Open()));
        var names = new NamePatterns(Name);
        foreach (var name in store.Names().Where(names.IsMatch))
        {
            if (TryRun(() => store.Get(name), out var target)) WriteObject(target);
        }

        foreach (var name in names.NotFound()) WriteError(ToErrorRecord(HeartbeatTargetStore.NotFound(name)));
    }
}
