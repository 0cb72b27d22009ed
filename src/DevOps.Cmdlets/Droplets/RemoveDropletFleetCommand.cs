using System.Management.Automation;
using DevOps.Model;

namespace DevOps.Cmdlets.Droplets;

/// <summary>
/// <para type="synopsis">Removes fleets with all their droplets and data.</para>
/// <para type="description">Takes exact names or the objects of Get-DropletFleet, never wildcards. The confirmation names account, API address, droplets and monthly cost. Protected droplets and those that this module did not make are refused, one error each.</para>
/// </summary>
/// <example>
/// <code>Remove-DropletFleet itrust</code>
/// <para>Removes the fleet itrust after a confirmation.</para>
/// </example>
/// <example>
/// <code>Get-DropletFleet test-* | Remove-DropletFleet -WhatIf</code>
/// <para>Shows which droplets would be removed and what they cost a month.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "DropletFleet", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Name")]
[OutputType(typeof(void))]
public sealed class RemoveDropletFleetCommand : RemovalCommand
{
    /// <summary>Exact names of fleets.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Fleets, as Get-DropletFleet gives them. What is removed is the droplets that the object lists.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    public DropletFleet[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var fleet in InputObject) Confirm(fleet.Droplets, $"fleet '{fleet.Name}'");
        foreach (var name in Name)
        {
            if (TryRun((_, ct) => Session().Droplets.GetFleetAsync(name, ct), out var fleet)) Confirm(fleet.Droplets, $"fleet '{name}'");
        }
    }
}
