using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Servers;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Forgets feature flag servers, with their passwords.</para>
/// <para type="description">The servers themselves and their flags are not touched.</para>
/// </summary>
/// <example>
/// <code>Disconnect-FeatureFlagServer staging</code>
/// <para>Forgets one server.</para>
/// </example>
/// <example>
/// <code>Disconnect-FeatureFlagServer staging -WhatIf</code>
/// <para>Shows what would be forgotten.</para>
/// </example>
[Cmdlet(VerbsCommunications.Disconnect, "FeatureFlagServer", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class DisconnectFeatureFlagServerCommand : DevOpsCommand
{
    /// <summary>The exact names of the servers.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var servers = new FlagServerStore(Run(() => StateFolder.Open()));
        foreach (var name in Name)
        {
            if (ShouldProcess($"feature flag server '{name}'", "Forget")) TryRun(() => Forget(servers, name), out _);
        }
    }

    private static string Forget(FlagServerStore servers, string name)
    {
        servers.Remove(name);
        return name;
    }
}
