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
    bool IsPersistent)
{
    /// <summary>How backends are checked, unless one has a check of its own.</summary>
    public BackendHealthCheck? HealthCheck { get; init; }

    /// <summary>Whether the first failure of a canary takes it out.</summary>
    public bool EjectsFailingCanary { get; init; } = true;

    /// <summary>Whether canaries may serve alone when no production backend is up.</summary>
    public bool AllowsCanaryAlone { get; init; }

    /// <summary>Whether requests that are not idempotent are asked again of production.</summary>
    public bool RetriesUnsafeRequests { get; init; }

    /// <summary>Whether answers name the backend in <c>X-Served-By</c>.</summary>
    public bool ShowsServedBy { get; init; } = true;

    /// <summary>Where <c>/metrics</c>, <c>/ready</c> and <c>/live</c> are served; nothing for nowhere.</summary>
    public Uri? StatusUri { get; init; }

    /// <summary>The file with one line a request; nothing when none is written.</summary>
    public string? AccessLogPath { get; init; }

    /// <summary>The certificate that clients are shown; nothing when it serves plain http.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>How long a backend may take until its answer begins.</summary>
    public TimeSpan AnswerTimeout { get; init; }

    /// <summary>How long a connection to a backend may take.</summary>
    public TimeSpan ConnectTimeout { get; init; }

    /// <summary>How long a stop or a removal waits for requests in flight.</summary>
    public TimeSpan DrainTimeout { get; init; }

    /// <summary>The largest request body in bytes; nothing for no limit.</summary>
    public long? MaxRequestBody { get; init; }

    /// <summary>What its process writes about itself.</summary>
    public string? LogPath { get; init; }
}
