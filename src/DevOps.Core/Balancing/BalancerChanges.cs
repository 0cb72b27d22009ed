using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>A backend as somebody asks for it.</summary>
/// <param name="Name">Its name; made from its role and a number when nothing.</param>
/// <param name="Uri">Where it is asked.</param>
/// <param name="Role">What part it plays.</param>
public sealed record GivenBackend(string? Name, Uri Uri, ApplicationRole Role);

/// <summary>What somebody wants to be different about checks. What is nothing stays.</summary>
public sealed record CheckChanges
{
    /// <summary>The path that is asked for.</summary>
    public string? Path { get; init; }

    /// <summary>The time between two checks.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>How long an answer may take.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How many failures in a row take a backend out.</summary>
    public int? Fall { get; init; }

    /// <summary>How many good answers in a row bring it back.</summary>
    public int? Rise { get; init; }

    /// <summary>Makes the changes.</summary>
    /// <param name="check">The check as it is.</param>
    /// <returns>The check as it is to be.</returns>
    public BackendCheckSettings ApplyTo(BackendCheckSettings check) => check with
    {
        Path = Path ?? check.Path,
        Interval = Interval ?? check.Interval,
        Timeout = Timeout ?? check.Timeout,
        Fall = Fall ?? check.Fall,
        Rise = Rise ?? check.Rise,
    };
}

/// <summary>
/// What somebody wants to be different about a balancer. What is nothing stays as it is configured, or as
/// <see cref="BalancerSettings"/> has it when the balancer is new.
/// </summary>
public sealed record BalancerChanges
{
    private const int UsualProductionWeight = 2;
    private const int UsualCanaryWeight = 1;

    /// <summary>The address it listens at.</summary>
    public string? ListenAddress { get; init; }

    /// <summary>The port it listens at.</summary>
    public int? Port { get; init; }

    /// <summary>All backends. Those that it has already keep their names, weights and checks.</summary>
    public IReadOnlyList<GivenBackend>? Backends { get; init; }

    /// <summary>The weight of each production backend.</summary>
    public int? ProductionWeight { get; init; }

    /// <summary>The weight of each canary.</summary>
    public int? CanaryWeight { get; init; }

    /// <summary>How backends are checked.</summary>
    public CheckChanges Check { get; init; } = new();

    /// <summary>Whether a client stays with its backend.</summary>
    public bool? IsSticky { get; init; }

    /// <summary>Whether answers name their backend.</summary>
    public bool? ShowsServedBy { get; init; }

    /// <summary>Whether the first failure of a canary takes it out.</summary>
    public bool? EjectsFailingCanary { get; init; }

    /// <summary>Whether canaries may serve alone.</summary>
    public bool? AllowsCanaryAlone { get; init; }

    /// <summary>Whether requests that are not idempotent are asked again.</summary>
    public bool? RetriesUnsafeRequests { get; init; }

    /// <summary>The certificate file.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The certificate's key file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Whether TLS is switched off.</summary>
    public bool EndsTls { get; init; }

    /// <summary>The status page's port; zero for none.</summary>
    public int? StatusPort { get; init; }

    /// <summary>Whether requests are logged.</summary>
    public bool? WritesAccessLog { get; init; }

    /// <summary>The access log's file; an empty text for the usual one.</summary>
    public string? AccessLogFile { get; init; }

    /// <summary>How long an answer may take to begin.</summary>
    public TimeSpan? AnswerTimeout { get; init; }

    /// <summary>How long a connection may take.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>How long a stop waits for requests in flight.</summary>
    public TimeSpan? DrainTimeout { get; init; }

    /// <summary>The largest request body in bytes; zero for no limit.</summary>
    public long? MaxRequestBody { get; init; }

    /// <summary>Whether systemd keeps it running.</summary>
    public bool? IsPersistent { get; init; }

    /// <summary>Makes the changes.</summary>
    /// <param name="settings">The settings as they are.</param>
    /// <returns>The settings as they are to be, which nobody has checked.</returns>
    /// <exception cref="DevOpsException"><c>BackendUriInvalid</c>.</exception>
    public BalancerSettings ApplyTo(BalancerSettings settings) => settings with
    {
        ListenAddress = ListenAddress ?? settings.ListenAddress,
        Port = Port ?? settings.Port,
        Backends = Weigh(Backends is null ? settings.Backends : BackendEdits.Replace(settings.Backends, Backends, UsualWeight)),
        Check = Check.ApplyTo(settings.Check),
        IsSticky = IsSticky ?? settings.IsSticky,
        ShowsServedBy = ShowsServedBy ?? settings.ShowsServedBy,
        EjectsFailingCanary = EjectsFailingCanary ?? settings.EjectsFailingCanary,
        AllowsCanaryAlone = AllowsCanaryAlone ?? settings.AllowsCanaryAlone,
        RetriesUnsafeRequests = RetriesUnsafeRequests ?? settings.RetriesUnsafeRequests,
        CertificateFile = EndsTls ? null : CertificateFile ?? settings.CertificateFile,
        // A new certificate without a key has it in its own file: the old one's key does not belong to it.
        KeyFile = EndsTls ? null : KeyFile ?? (CertificateFile is null ? settings.KeyFile : null),
        StatusPort = StatusPort is { } port ? port == 0 ? null : port : settings.StatusPort,
        WritesAccessLog = WritesAccessLog ?? settings.WritesAccessLog,
        AccessLogFile = AccessLogFile is { } file ? file.Length == 0 ? null : file : settings.AccessLogFile,
        AnswerTimeout = AnswerTimeout ?? settings.AnswerTimeout,
        ConnectTimeout = ConnectTimeout ?? settings.ConnectTimeout,
        DrainTimeout = DrainTimeout ?? settings.DrainTimeout,
        MaxRequestBody = MaxRequestBody is { } longest ? longest == 0 ? null : longest : settings.MaxRequestBody,
        IsPersistent = IsPersistent ?? settings.IsPersistent,
    };

    /// <summary>The weight of a backend for which none was ever said.</summary>
    /// <param name="role">Its role.</param>
    /// <returns>2 for production, 1 for a canary.</returns>
    public static int UsualWeight(ApplicationRole role) => role == ApplicationRole.Canary ? UsualCanaryWeight : UsualProductionWeight;

    private IReadOnlyList<BackendSettings> Weigh(IReadOnlyList<BackendSettings> backends) => ProductionWeight is null && CanaryWeight is null ? backends :
    [
        .. backends.Select(backend => backend with { Weight = (backend.Role == ApplicationRole.Canary ? CanaryWeight : ProductionWeight) ?? backend.Weight }),
    ];
}
