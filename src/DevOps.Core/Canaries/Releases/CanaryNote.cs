using DevOps.Core.Balancing;
using DevOps.Model;

namespace DevOps.Core.Canaries.Releases;

/// <summary>What a journal's line says about a canary release beside its words.</summary>
public sealed record CanaryNote
{
    /// <summary>Which step it is about.</summary>
    public int? Step { get; init; }

    /// <summary>How many of 100 requests go to the canaries.</summary>
    public int? Share { get; init; }

    /// <summary>How the balancer was before the release changed it for the first time.</summary>
    public BalancerBefore? Before { get; init; }

    /// <summary>What was thought of the canaries.</summary>
    public CanaryJudgement? Judgement { get; init; }
}

/// <summary>What a canary release changes of a balancer, as it was before.</summary>
/// <param name="EjectsFailingCanary">Whether the first failure took a canary out.</param>
/// <param name="Weights">The weights of all backends, by name.</param>
public sealed record BalancerBefore(bool EjectsFailingCanary, IReadOnlyDictionary<string, int> Weights)
{
    /// <summary>Notes how a balancer is.</summary>
    /// <param name="settings">Its settings.</param>
    /// <returns>What may be changed of it.</returns>
    public static BalancerBefore Of(BalancerSettings settings) =>
        new(settings.EjectsFailingCanary, settings.Backends.ToDictionary(backend => backend.Name, backend => backend.Weight, StringComparer.Ordinal));

    /// <summary>Puts everything back. Backends that have come since keep what they have.</summary>
    /// <param name="settings">The settings as they are now.</param>
    /// <returns>The settings as they were.</returns>
    public BalancerSettings Restore(BalancerSettings settings) => settings with
    {
        EjectsFailingCanary = EjectsFailingCanary,
        Backends = [.. settings.Backends.Select(backend => Weights.TryGetValue(backend.Name, out var weight) ? backend with { Weight = weight } : backend)],
    };
}
