using System.Text.Json.Serialization;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>
/// Everything that a balancer is told to do. It stands in one file of the state folder, which is the truth: cmdlets
/// change the file, and the process takes over what the file says when it is told that it changed. What a file of an older
/// version does not name has its default: that is why properties can be set (the reader that is generated for properties
/// that can only be initialized would give them zeros).
/// </summary>
public sealed record BalancerSettings
{
    /// <summary>The balancer's name.</summary>
    public required string Name { get; init; }

    /// <summary>Grows with each change.</summary>
    public int Version { get; set; } = 1;

    /// <summary>The address it listens at.</summary>
    public string ListenAddress { get; set; } = "127.0.0.1";

    /// <summary>The port it listens at.</summary>
    public int Port { get; set; } = 80;

    /// <summary>What it asks.</summary>
    public IReadOnlyList<BackendSettings> Backends { get; set; } = [];

    /// <summary>How backends are checked, unless a backend says otherwise.</summary>
    public BackendCheckSettings Check { get; set; } = new();

    /// <summary>Whether a client stays with the backend that answered it first, by a cookie.</summary>
    public bool IsSticky { get; set; }

    /// <summary>Whether answers name the backend in <c>X-Served-By</c>.</summary>
    public bool ShowsServedBy { get; set; } = true;

    /// <summary>
    /// Whether the first failure of a canary takes it out. A canary release switches this off, because its judge decides.
    /// A connection that cannot be made takes a backend out in any case.
    /// </summary>
    public bool EjectsFailingCanary { get; set; } = true;

    /// <summary>Whether canaries may serve alone when no production backend is up.</summary>
    public bool AllowsCanaryAlone { get; set; }

    /// <summary>Whether a request that a canary may have begun to carry out is asked again of production although its method is not idempotent.</summary>
    public bool RetriesUnsafeRequests { get; set; }

    /// <summary>The certificate file (PEM), for TLS.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The certificate's key file (PEM), for TLS.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The loopback port at which <c>/metrics</c>, <c>/ready</c> and <c>/live</c> are served; nothing for none.</summary>
    public int? StatusPort { get; set; }

    /// <summary>Whether every request is written to the access log.</summary>
    public bool WritesAccessLog { get; set; } = true;

    /// <summary>Where the access log is written, or nothing for the usual file in the state folder.</summary>
    public string? AccessLogFile { get; set; }

    /// <summary>How long a backend may take until its answer begins.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection to a backend may take.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a stop or a removal waits for requests in flight.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest request body in bytes; nothing for no limit.</summary>
    public long? MaxRequestBody { get; set; } = 1L << 30;

    /// <summary>Whether a service manager keeps the process running.</summary>
    public bool IsPersistent { get; set; }
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
    public bool IsDraining { get; set; }

    /// <summary>How it is checked, if not as the others.</summary>
    public BackendCheckSettings? Check { get; set; }
}

/// <summary>How a backend is checked.</summary>
public sealed record BackendCheckSettings
{
    /// <summary>The path that is asked for.</summary>
    public string Path { get; set; } = "/";

    /// <summary>The time between two checks.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many failures in a row take the backend out.</summary>
    public int Fall { get; set; } = 2;

    /// <summary>How many good answers in a row bring it back.</summary>
    public int Rise { get; set; } = 2;
}

/// <summary>How the settings are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BalancerSettings))]
public sealed partial class BalancerSettingsJson : JsonSerializerContext;
