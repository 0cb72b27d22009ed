namespace DevOps.Model;

/// <summary>How a backend stands.</summary>
public enum BackendState
{
    /// <summary>Not checked yet since the balancer began: gets no requests while another is up.</summary>
    Unknown,

    /// <summary>Gets its share of the requests.</summary>
    Up,

    /// <summary>Failed a request or its checks: gets no requests until enough checks have passed.</summary>
    Down,

    /// <summary>Taken out on purpose: gets no new requests, and finishes those in flight.</summary>
    Draining,

    /// <summary>Taken out on purpose, with nothing in flight: may be stopped.</summary>
    Drained,
}

/// <summary>An instance behind a balancer.</summary>
/// <param name="Balancer">The balancer.</param>
/// <param name="Name">Its name within the balancer, usually the droplet's.</param>
/// <param name="Uri">Where it is asked.</param>
/// <param name="Role">What part it plays.</param>
/// <param name="Weight">Its part of the requests, relative to the other backends' weights.</param>
/// <param name="State">How it stands.</param>
/// <param name="Cause">Why it is not up, in words; nothing when it is.</param>
/// <param name="Since">Since when it stands so.</param>
/// <param name="Requests">How many requests it was asked since the balancer began.</param>
/// <param name="Errors">How many of them it failed: no connection, a broken answer, or a 5xx.</param>
/// <param name="InFlight">How many it is answering.</param>
/// <param name="LatencyP50">Half of its answers began within this time; nothing before the first one.</param>
/// <param name="LatencyP95">95 of 100 answers began within this time.</param>
/// <param name="LatencyP99">99 of 100 answers began within this time.</param>
public sealed record BalancerBackend(
    string Balancer,
    string Name,
    Uri Uri,
    ApplicationRole Role,
    int Weight,
    BackendState State,
    string? Cause,
    DateTimeOffset? Since,
    long Requests,
    long Errors,
    long InFlight,
    TimeSpan? LatencyP50,
    TimeSpan? LatencyP95,
    TimeSpan? LatencyP99)
{
    /// <summary>How it is checked.</summary>
    public BackendHealthCheck? HealthCheck { get; init; }
}
