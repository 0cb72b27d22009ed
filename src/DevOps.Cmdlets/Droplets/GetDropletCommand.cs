using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.DigitalOcean;
using DevOps.Model;

namespace DevOps.Cmdlets.Droplets;

/// <summary>
/// <para type="synopsis">Lists the droplets of an account.</para>
/// <para type="description">Without parameters it lists all droplets, also those that this module did not make. What is shown comes from the API each time.</para>
/// </summary>
/// <example>
/// <code>Get-Droplet</code>
/// <para>Lists all droplets of the account.</para>
/// </example>
/// <example>
/// <code>Get-Droplet -Fleet itrust | Where-Object Status -ne Active</code>
/// <para>Lists the droplets of the fleet itrust that are not powered on.</para>
/// </example>
/// <example>
/// <code>Get-Droplet itrust-1, checkbox-*</code>
/// <para>Lists one droplet by its name and others by a wildcard.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "Droplet", DefaultParameterSetName = "Name")]
[OutputType(typeof(Droplet))]
public sealed class GetDropletCommand : CloudCommand
{
    /// <summary>Names of droplets. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(DropletCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only droplets of these fleets. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = "Name")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Fleet { get; set; }

    /// <summary>Numbers of droplets, as the API counts them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Id")]
    public long[] Id { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var inventory = Session().Droplets;
        if (ParameterSetName == "Id")
        {
            foreach (var id in Id)
            {
                if (TryRun((_, ct) => inventory.GetAsync(id, ct), out var droplet)) WriteObject(droplet);
            }

            return;
        }

        var all = Run((_, ct) => inventory.ListAsync(fleet: null, ct));
        foreach (var fleet in (Fleet ?? []).Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !all.Any(droplet => IsIn(name, droplet))))
        {
            WriteError(ToErrorRecord(DropletInventory.FleetNotFound(fleet)));
        }

        var droplets = all.Where(droplet => Fleet is null || Fleet.Any(name => IsIn(name, droplet))).ToArray();
        foreach (var name in Name)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            var found = droplets.Where(droplet => pattern.IsMatch(droplet.Name)).ToArray();
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name)) WriteError(ToErrorRecord(DropletInventory.NotFound(name)));
        }
    }

    private static bool IsIn(string fleet, Droplet droplet) =>
        droplet.Fleet is not null && WildcardPattern.Get(fleet, WildcardOptions.IgnoreCase).IsMatch(droplet.Fleet);
}
