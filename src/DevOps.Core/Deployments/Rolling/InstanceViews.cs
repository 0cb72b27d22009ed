using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Environments;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>Turns what was found out about hosts into what the planner knows of instances.</summary>
internal static class InstanceViews
{
    /// <summary>Looks at all hosts of an application at the same time.</summary>
    /// <param name="hosts">The hosts.</param>
    /// <param name="definition">The application, whose rules of health judge a release that has none of its own.</param>
    /// <param name="canaries">How many of its instances are canaries.</param>
    /// <param name="sealOf">What is to be deployed to a host, or nothing when it is not built yet.</param>
    /// <param name="ct">Ends the look.</param>
    /// <returns>How each instance stands, with the facts of those that were reached.</returns>
    public static async Task<IReadOnlyList<(InstanceView View, HostFacts? Facts)>> LookAsync(
        FleetHosts hosts,
        ApplicationDefinition definition,
        int canaries,
        Func<FleetHost, ReleaseSeal?> sealOf,
        CancellationToken ct)
    {
        var looks = await Task.WhenAll(hosts.All.Select(host => host.LookAsync(ct)));
        return [.. hosts.All.Select((host, index) =>
        {
            var view = Of(host, looks[index].Facts, looks[index].Unreachable, definition, sealOf);
            return (view with { Role = hosts.RoleOf(host, canaries) }, looks[index].Facts);
        })];
    }

    private static InstanceView Of(FleetHost host, HostFacts? facts, string? unreachable, ApplicationDefinition definition, Func<FleetHost, ReleaseSeal?> sealOf)
    {
        if (facts is null) return new InstanceView(host.Instance, InstanceStanding.Unreachable, RunsTarget: false, unreachable);
        if (facts.Folder is null) return new InstanceView(host.Instance, InstanceStanding.NotDeployed, RunsTarget: false);
        var verdict = HealthRules.Judge(definition.Name, facts, facts.Release?.Health ?? definition.Health);
        return new InstanceView(
            host.Instance,
            verdict.IsGood ? InstanceStanding.Healthy : InstanceStanding.Unhealthy,
            sealOf(host)?.RunsLike(facts.Release) ?? false,
            verdict.Cause);
    }
}
