using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.DigitalOcean;
using DevOps.Model;

namespace DevOps.Cmdlets.Droplets;

/// <summary>
/// <para type="synopsis">Lists the fleets of an account.</para>
/// <para type="description">A fleet is the droplets that bear the tag fleet:NAME. Ready counts those that are powered on and were reached over verified SSH after cloud-init had finished.</para>
/// </summary>
/// <example>
/// <code>Get-DropletFleet</code>
/// <para>Lists all fleets with their size and monthly cost.</para>
/// </example>
/// <example>
/// <code>(Get-DropletFleet itrust).Droplets</code>
/// <para>Lists the droplets of one fleet.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "DropletFleet")]
[OutputType(typeof(DropletFleet))]
public sealed class GetDropletFleetCommand : CloudCommand
{
    /// <summary>Names of fleets. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var inventory = Session().Droplets;
        var fleets = Run((_, ct) => inventory.ListFleetsAsync(ct));
        foreach (var name in Name)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            var found = fleets.Where(fleet => pattern.IsMatch(fleet.Name)).ToArray();
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name)) WriteError(ToErrorRecord(DropletInventory.FleetNotFound(name)));
        }
    }
}
