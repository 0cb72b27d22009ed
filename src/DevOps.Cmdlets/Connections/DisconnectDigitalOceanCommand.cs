using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Connections;

/// <summary>
/// <para type="synopsis">Forgets saved connections and their tokens.</para>
/// <para type="description">Nothing at the account changes: its droplets go on and cost what they cost. The token itself stays valid until it is revoked in DigitalOcean's control panel.</para>
/// </summary>
/// <example>
/// <code>Disconnect-DigitalOcean production</code>
/// <para>Forgets the connection "production".</para>
/// </example>
/// <example>
/// <code>Get-DigitalOcean test-* | Disconnect-DigitalOcean -WhatIf</code>
/// <para>Shows which connections would be forgotten.</para>
/// </example>
[Cmdlet(VerbsCommunications.Disconnect, "DigitalOcean", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class DisconnectDigitalOceanCommand : DevOpsCommand
{
    /// <summary>The exact names of the connections.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            if (!ShouldProcess(name, "Forget connection and token")) continue;
            TryRun(
                (_, _) =>
                {
                    new ConnectionStore(StateFolder.Open()).Remove(name);
                    return Task.FromResult(true);
                },
                out _);
        }
    }
}
