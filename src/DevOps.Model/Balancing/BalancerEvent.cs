namespace DevOps.Model;

/// <summary>What happened at a balancer.</summary>
public enum BalancerEventKind
{
    /// <summary>It began to accept requests.</summary>
    Started,

    /// <summary>It was told to stop.</summary>
    Stopping,

    /// <summary>A backend failed a request or a check, and keeps its share for now.</summary>
    BackendFailing,

    /// <summary>A backend gets no more requests, because it failed.</summary>
    BackendDown,

    /// <summary>A backend gets its share again.</summary>
    BackendUp,

    /// <summary>A backend was taken out on purpose.</summary>
    BackendDraining,

    /// <summary>A backend that was taken out on purpose is back.</summary>
    BackendBack,

    /// <summary>A backend changes between up and down so often that it is kept out for a while.</summary>
    BackendFlapping,

    /// <summary>No backend may be asked any more.</summary>
    AllDown,

    /// <summary>Weights, backends or other settings changed.</summary>
    SettingsChanged,
}

/// <summary>A change at a balancer, with its cause and evidence.</summary>
/// <param name="Id">Its number; it grows within one balancer, also over restarts.</param>
/// <param name="At">When.</param>
/// <param name="Balancer">The balancer.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Backend">The backend it is about, if one.</param>
/// <param name="Split">The split that is in effect from now on, such as <c>2:1</c> or <c>2:0</c>.</param>
/// <param name="Cause">Why, in words.</param>
/// <param name="Evidence">What was seen, such as the failed request or check with its status.</param>
public sealed record BalancerEvent(
    long Id,
    DateTimeOffset At,
    string Balancer,
    BalancerEventKind Kind,
    string? Backend,
    string Split,
    string Cause,
    string? Evidence);
