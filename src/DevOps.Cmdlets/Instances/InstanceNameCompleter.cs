using System.Collections;
using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.DigitalOcean;
using DevOps.Core.Environments;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Instances;

/// <summary>
/// Completes the names of instances: droplets, as last seen at the account, of the fleets that carry the application of
/// <c>-Application</c>, or any application when that is not given yet. It asks nobody.
/// </summary>
public sealed class InstanceNameCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given)
    {
        var state = StateFolder.Open();
        var applications = Given(given, "Application");
        var environments = Given(given, "Environment");
        var instances =
            from environment in new KnownEnvironments(state).List()
            where environments.Count == 0 || environments.Contains(environment.Name) || environments.Select(CompletionPath.Resolve).Contains(environment.File)
            let droplets = Droplets(state, given["Connection"] as string ?? environment.Connection)
            from application in environment.Applications
            where applications.Count == 0 || applications.Any(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(application.Name))
            from droplet in droplets
            where IsOf(application, droplet)
            select (droplet, $"{application.Name} in {environment.Name}");
        return instances.DistinctBy(instance => instance.droplet);
    }

    private static IReadOnlyList<string> Droplets(StateFolder state, string? connection) =>
        new SeenNames(state, connection ?? new ConnectionStore(state).Selected() ?? CloudSession.EnvironmentConnection).Recall(NameKind.Droplet);

    // New-DropletFleet calls its droplets by the fleet's name and a number.
    private static bool IsOf(ApplicationDefinition application, string droplet) =>
        droplet.StartsWith(application.Fleet + "-", StringComparison.OrdinalIgnoreCase) && int.TryParse(droplet.AsSpan(application.Fleet.Length + 1), out _);

    private static IReadOnlyList<string> Given(IDictionary bound, string name) => bound[name] switch
    {
        string one => [one],
        IEnumerable many => [.. many.Cast<object>().Select(item => item.ToString() ?? string.Empty)],
        _ => [],
    };
}
