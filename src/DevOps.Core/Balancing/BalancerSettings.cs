using System.Text.Json.Serialization;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>
/// Everything that a balancer is told to do. It stands in one file of the state folder, which is the truth: cmdlets
/// change the file, and the process takes over what the file says when it is told that it changed.
/// </summary>
public sealed record BalancerSettings
{
    /// <summary>The balancer's name.</summary>
    public required string Name { get; init; }

    /// <summary>Grows with each change.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The address it listens at.</summary>
    public string ListenAddress { get; init; } = "127.0.0.1";

    /// <summary>The port it listens at.</summary>
    public int Port { get; init; } = 80;

    /// <summary>What it asks.</summary>
    public IReadOnlyList<BackendSettings> Backends { get; init; } = [];

    /// <summary>How backends are checked, unless a backend says otherwise.</summary>
    public BackendCheckSettings Check { get; init; } = new();

    /// <summary>Whether a client stays with the backend that answered it first, by a cookie.</summary>
    public bool IsSticky { get; init; }

    /// <summary>Whether answers name the backend in <c>X-Served-By</c>.</summary>
    public bool ShowsServedBy { get; init; } = true;

    /// <summary>
    /// Whether the first failure of a canary takes it out. A canary release switches this off, because its judge decides.
    /// A connection that cannot be made takes a backend out in any case.
    /// </summary>
    public bool EjectsFailingCanary { get; init; } = true;

    /// <summary>Whether canaries may serve alone when no production backend is up.</summary>
    public bool AllowsCanaryAlone { get; init; }

    /// <summary>Whether a request that a canary may have begun to carry out is asked again of production although its method is not idempotent.</summary>
    public bool RetriesUnsafeRequests { get; init; }

    /// <summary>The certificate file (PEM), for TLS.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The certificate's key file (PEM), for TLS.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The loopback port at which <c>/metrics</c>, <c>/ready</c> and <c>/live</c> are served; nothing for none.</summary>
    public int? StatusPort { get; init; }

    /// <summary>Whether every request is written to the access log.</summary>
    public bool WritesAccessLog { get; init; } = true;

    /// <summary>Where the access log is written, or nothing for the usual file in the state folder.</summary>
    public string? AccessLogFile { get; init; }

    /// <summary>How long a backend may take until its answer begins.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection to a backend may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a stop or a removal waits for requests in flight.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest request body in bytes; nothing for no limit.</summary>
    public long? MaxRequestBody { get; init; } = 1L << 30;

    /// <summary>Whether a service manager keeps the process running.</summary>
    public bool IsPersistent { get; init; }
}

/// <summary>One backend of a balancer.</summary>
public sealed record BackendSettings
{
    /// <summary>Its name within the balancer; <c>X-Served-By</c> says it.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is asked: scheme, host and port.</summary>
    public required Uri Uri { get; init; }

    /// <summary>What part it plays.</summary>
    public required ApplicationRole Role { get; init; }

    /// <summary>Its part of the requests, 0 to 1,000, relative to the other backends' weights.</summary>
    public required int Weight { get; init; }

    /// <summary>Whether it is taken out on purpose: no new requests.</summary>
    public bool IsDraining { get; init; }

    /// <summary>How it is checked, if not as the others.</summary>
    public BackendCheckSettings? Check { get; init; }
}

/// <summary>How a backend is checked.</summary>
public sealed record BackendCheckSettings
{
    /// <summary>The path that is asked for.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The time between two checks.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many failures in a row take the backend out.</summary>
    public int Fall { get; init; } = 2;

    /// <summary>How many good answers in a row bring it back.</summary>
    public int Rise { get; init; } = 2;
}

/// <summary>How the settings are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BalancerSettings))]
public sealed partial class BalancerSettingsJson : JsonSerializerContext;
