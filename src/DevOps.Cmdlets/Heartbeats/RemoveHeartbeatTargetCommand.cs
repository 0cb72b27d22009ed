using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Removes heartbeat targets that were added.</para>
/// <para type="description">What is checked is not touched. A watch that has begun goes on. The calls of a target that jobs call, and the secret that they use, are removed with it.</para>
/// </summary>
/// <example>
/// <code>Remove-HeartbeatTarget shop</code>
/// <para>Removes one target after a confirmation.</para>
/// </example>
/// <example>
/// <code>Get-HeartbeatTarget test-* | Remove-HeartbeatTarget -WhatIf</code>
/// <para>Shows which ones would be removed.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "HeartbeatTarget", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveHeartbeatTargetCommand : DevOpsCommand
{
    /// <summary>The exact names of the targets.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(HeartbeatTargetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var store = new HeartbeatTargetStore(Run(() => StateFolder.Open()));
        foreach (var name in Name)
        {
            if (!ShouldProcess($"heartbeat target '{name}'", "Remove")) continue;
            TryRun(() => Remove(store, name), out _);
        }
    }

    private static string Remove(HeartbeatTargetStore store, string name)
    {
        store.Remove(name);
        return name;
    }
}
