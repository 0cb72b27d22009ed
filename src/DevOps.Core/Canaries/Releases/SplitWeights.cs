using System.Numerics;
using DevOps.Core.Balancing;
using DevOps.Model;

namespace DevOps.Core.Canaries.Releases;

/// <summary>Turns a part of 100 requests into weights: exactly, and without changing what backends of one role get of each other's share.</summary>
internal static class SplitWeights
{
    private const int Whole = 100;

    /// <summary>Gives canaries a part of the requests.</summary>
    /// <param name="settings">The balancer's settings as they are now.</param>
    /// <param name="before">The backends' weights before the release: what they had of their role's share they keep.</param>
    /// <param name="share">How many of 100 requests go to the canaries, 1 to 99.</param>
    /// <returns>The backends with new weights.</returns>
    /// <exception cref="DevOpsException"><c>BalancerRoleMissing</c>.</exception>
    public static IReadOnlyList<BackendSettings> Apply(BalancerSettings settings, BalancerBefore before, int share)
    {
        var canaries = Parts(settings, before, ApplicationRole.Canary);
        var production = Parts(settings, before, ApplicationRole.Production);
        var weights = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
        // canaries : production = share : 100 - share, in whole numbers that are then made as small as they can be.
        foreach (var (name, part) in canaries) weights[name] = part * production.Values.Sum() * share;
        foreach (var (name, part) in production) weights[name] = (BigInteger)part * canaries.Values.Sum() * (Whole - share);
        var divisor = weights.Values.Aggregate(BigInteger.Zero, BigInteger.GreatestCommonDivisor);
        foreach (var name in weights.Keys) weights[name] /= divisor;
        return [.. settings.Backends.Select(backend => backend with { Weight = Fit(weights[backend.Name], weights.Values.Max()) })];
    }

    /// <summary>Says that a balancer lacks what a canary release needs.</summary>
    /// <param name="balancer">The balancer's name.</param>
    /// <param name="role">The role that no backend plays.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException Missing(string balancer, ApplicationRole role) => new(
        "BalancerRoleMissing",
        FailureKind.NotFound,
        $"The balancer '{balancer}' has no {(role == ApplicationRole.Canary ? "canary" : "production backend")}, so there is nothing to compare.",
        $"Add-BalancerBackend {balancer} with -Role {role} adds one.",
        balancer);

    // Weights of zero stay zero as long as another of the role has one; a role without any gets the same for each.
    private static Dictionary<string, long> Parts(BalancerSettings settings, BalancerBefore before, ApplicationRole role)
    {
        var parts = settings.Backends.Where(backend => backend.Role == role)
            .ToDictionary(backend => backend.Name, backend => (long)before.Weights.GetValueOrDefault(backend.Name, backend.Weight), StringComparer.Ordinal);
        if (parts.Count == 0) throw Missing(settings.Name, role);
        if (parts.Values.All(part => part == 0))
        {
            foreach (var name in parts.Keys) parts[name] = 1;
        }

        return parts;
    }

    // Weights so odd that their exact ratio needs larger numbers than a balancer takes are rounded, and none is rounded away.
    private static int Fit(BigInteger weight, BigInteger largest)
    {
        if (largest <= BackendRules.HighestWeight || weight.IsZero) return (int)weight;
        return Math.Max(1, (int)Math.Round((double)weight * BackendRules.HighestWeight / (double)largest));
    }
}
