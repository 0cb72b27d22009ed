using System.Management.Automation;
using DevOps.Core.Flags.Servers;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Removes feature flag servers with all flags, their history and their accounts.</para>
/// <para type="description">Removes redis-server and its data from each node, and the server with its passwords from the state folder. The droplets stay, and cost what they cost: Remove-DropletFleet removes them. Takes exact names only. When a node does not answer, an error says so, the others are cleared, and the server stays known here, so that the command can be run again.</para>
/// </summary>
/// <example>
/// <code>Uninstall-FeatureFlagServer flags</code>
/// <para>Removes the server "flags" after a confirmation.</para>
/// </example>
/// <example>
/// <code>Get-FeatureFlagServer test-* | Uninstall-FeatureFlagServer -WhatIf</code>
/// <para>Shows what would be removed.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Uninstall, "FeatureFlagServer", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class UninstallFeatureFlagServerCommand : FeatureFlagServerCommand
{
    /// <summary>Exact names of servers.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var removal = new FlagServerRemoval(State());
        foreach (var name in Name)
        {
            if (!TryRun(() => removal.Check(name), out var server)) continue;
            if (!ShouldProcess($"feature flag server '{name}' on {string.Join(", ", server.Nodes.Select(node => node.Name))}", "Remove with all flags and their history")) continue;
            TryRun(
                async (progress, ct) =>
                {
                    await removal.RemoveAsync(name, progress, ct);
                    return true;
                },
                out _);
        }
    }
}
