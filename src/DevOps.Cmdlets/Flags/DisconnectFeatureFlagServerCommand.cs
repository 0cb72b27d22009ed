using System.Management.Automation;
using DevOps.Core.Flags.Servers;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Forgets feature flag servers that were named by their address.</para>
/// <para type="description">Nothing at the server changes. A server that is installed is only not selected any more: its passwords are kept nowhere else, and Uninstall-FeatureFlagServer removes it.</para>
/// </summary>
/// <example>
/// <code>Disconnect-FeatureFlagServer shop</code>
/// <para>Forgets the server "shop" and its password.</para>
/// </example>
/// <example>
/// <code>Get-FeatureFlagServer | Where-Object Uri | Disconnect-FeatureFlagServer -WhatIf</code>
/// <para>Shows which servers would be forgotten.</para>
/// </example>
[Cmdlet(VerbsCommunications.Disconnect, "FeatureFlagServer", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class DisconnectFeatureFlagServerCommand : FeatureFlagServerCommand
{
    /// <summary>Exact names of servers.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var naming = new FlagServerNaming(State());
        foreach (var name in Name)
        {
            if (!ShouldProcess($"feature flag server '{name}'", "Forget it here")) continue;
            TryRun(
                () =>
                {
                    naming.Disconnect(name);
                    return true;
                },
                out _);
        }
    }
}
