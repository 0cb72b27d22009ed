using System.Management.Automation;
using DevOps.Model;

namespace DevOps.Cmdlets.Droplets;

/// <summary>
/// <para type="synopsis">Removes droplets with all their data.</para>
/// <para type="description">Takes exact names, numbers or the objects of Get-Droplet, never wildcards. The confirmation names account, API address and monthly cost. Protected droplets and those that this module did not make are refused. A later New-DropletFleet makes a droplet of the same name anew when the fleet is to have it.</para>
/// </summary>
/// <example>
/// <code>Remove-Droplet itrust-4, itrust-5</code>
/// <para>Removes two droplets, each after a confirmation.</para>
/// </example>
/// <example>
/// <code>Get-Droplet -Fleet itrust | Where-Object Status -eq Off | Remove-Droplet -Confirm:$false</code>
/// <para>Removes the droplets of a fleet that are powered off, without asking.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "Droplet", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Name")]
[OutputType(typeof(void))]
public sealed class RemoveDropletCommand : RemovalCommand
{
    /// <summary>Exact names of droplets.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(DropletCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Numbers of droplets, for those that share a name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Id")]
    public long[] Id { get; set; } = [];

    /// <summary>Droplets, as Get-Droplet gives them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    public Droplet[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var droplet in InputObject) Confirm([droplet], what: null);
        foreach (var name in Name)
        {
            if (TryRun((_, ct) => Session().Droplets.GetAsync(name, ct), out var droplet)) Confirm([droplet], what: null);
        }

        foreach (var id in Id)
        {
            if (TryRun((_, ct) => Session().Droplets.GetAsync(id, ct), out var droplet)) Confirm([droplet], what: null);
        }
    }
}
