namespace DevOps.Model;

/// <summary>What a balancer is doing.</summary>
public enum BalancerState
{
    /// <summary>Configured, and no process runs.</summary>
    Stopped,

    /// <summary>The process runs and does not accept requests yet.</summary>
    Starting,

    /// <summary>Every backend that has a weight serves.</summary>
    Running,

    /// <summary>Serves, but a backend that should have a share is out.</summary>
    Degraded,

    /// <summary>Runs, but no backend may be asked: every request is answered with 503.</summary>
    Unavailable,

    /// <summary>Finishes the requests in flight and then ends.</summary>
    Stopping,
}

/// <summary>A balancer: one address in front of an application's production and canary instances.</summary>
/// <param name="Name">Its name, usually the application's.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Uri">Where it serves.</param>
/// <param name="Split">The weights of production and canary, such as <c>2:1</c>, as they are at this moment.</param>
/// <param name="Backends">What it asks.</param>
/// <param name="Requests">How many requests it has answered since its process began.</param>
/// <param name="Failures">How many of those it answered with a 5xx.</param>
/// <param name="InFlight">How many it is answering.</param>
/// <param name="StartedAt">When its process began, if one runs.</param>
/// <param name="ProcessId">Its process, if one runs.</param>
/// <param name="IsSticky">Whether a client stays with the backend that answered it first.</param>
/// <param name="IsPersistent">Whether a service manager keeps it running.</param>
public sealed record CanaryBalancer(
    string Name,
    BalancerState State,
    Uri Uri,
    string Split,
    IReadOnlyList<BalancerBackend> Backends,
    long Requests,
    long Failures,
    long InFlight,
    DateTimeOffset? StartedAt,
    int? ProcessId,
    bool IsSticky,
    bool IsPersistent);
