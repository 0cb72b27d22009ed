using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Fleets;
using DevOps.Model;

namespace DevOps.Cmdlets.Droplets;

/// <summary>
/// <para type="synopsis">Protects a fleet against removal, or ends that.</para>
/// <para type="description">Remove-DropletFleet and Remove-Droplet refuse protected droplets. Droplets that are added to a protected fleet are protected as well.</para>
/// </summary>
/// <example>
/// <code>Set-DropletFleet data -Protected</code>
/// <para>Protects the fleet data.</para>
/// </example>
/// <example>
/// <code>Set-DropletFleet data -Protected:$false -PassThru | Remove-DropletFleet</code>
/// <para>Ends the protection, then removes the fleet after a confirmation.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "DropletFleet", SupportsShouldProcess = true)]
[OutputType(typeof(DropletFleet))]
public sealed class SetDropletFleetCommand : CloudCommand
{
    /// <summary>Exact names of fleets.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Whether the fleet is protected: -Protected, or -Protected:$false to end it.</summary>
    [Parameter(Mandatory = true)]
    public SwitchParameter Protected { get; set; }

    /// <summary>Shows the fleet.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = new FleetService(State(), Session());
        foreach (var name in Name)
        {
            if (!ShouldProcess($"fleet '{name}'", Protected ? "Protect against removal" : "End protection against removal")) continue;
            if (TryRun((_, ct) => service.ProtectAsync(name, Protected, ct), out var fleet) && PassThru) WriteObject(fleet);
        }
    }
}
