using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Balancing;

namespace DevOps.Cmdlets.Balancing;

/// <summary>What the cmdlets that say how a balancer is to be have in common.</summary>
public abstract class BalancerSettingsCommand : HealthCheckCommand
{
    private const int HighestPort = 65_535;
    private const int HighestWeight = 1_000;

    /// <summary>The weight of each production backend. Weights are relative: with 2 and 1, production gets two of three requests. A new production backend has 2.</summary>
    [Parameter]
    [ValidateRange(0, HighestWeight)]
    public int? ProductionWeight { get; set; }

    /// <summary>The weight of each canary. A new canary has 1.</summary>
    [Parameter]
    [ValidateRange(0, HighestWeight)]
    public int? CanaryWeight { get; set; }

    /// <summary>A client stays with the backend that answered it first, by a cookie; -Sticky:$false ends that.</summary>
    [Parameter]
    public SwitchParameter Sticky { get; set; }

    /// <summary>The server's certificate in PEM form, followed by those that lead to the root: clients are served over TLS.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificatePath { get; set; }

    /// <summary>The certificate's private key in PEM form, without a password. Not needed when it stands in the certificate's file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>The port on 127.0.0.1 at which /metrics (for Prometheus), /ready and /live are served. Zero ends that; by default there is none.</summary>
    [Parameter]
    [ValidateRange(0, HighestPort)]
    public int? StatusPort { get; set; }

    /// <summary>Canaries may serve alone when all of production is down. Without it, clients then get a 503.</summary>
    [Parameter]
    public SwitchParameter AllowCanaryAlone { get; set; }

    /// <summary>Asks production again for requests that a canary may have begun to carry out and failed, although their method (POST, PATCH) does not say that twice is as good as once.</summary>
    [Parameter]
    public SwitchParameter RetryUnsafe { get; set; }

    /// <summary>Leaves the header X-Served-By out, which names the backend.</summary>
    [Parameter]
    public SwitchParameter HideServedBy { get; set; }

    /// <summary>Leaves a canary in that fails requests. Without it, the first failure takes it out until it passes its checks again. A connection that cannot be made takes it out in any case.</summary>
    [Parameter]
    public SwitchParameter KeepFailingCanary { get; set; }

    /// <summary>Writes no line for each request.</summary>
    [Parameter]
    public SwitchParameter NoAccessLog { get; set; }

    /// <summary>The file with one line a request, in the common combined format. By default it is in the state folder; Get-CanaryBalancer shows it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AccessLogPath { get; set; }

    /// <summary>How long a backend may take until its answer begins. For a new balancer 30 seconds.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? AnswerTimeout { get; set; }

    /// <summary>How long a connection to a backend may take. For a new balancer 2 seconds.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>The largest request body in bytes, such as 10MB; zero for no limit. For a new balancer 1 GB.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long? MaxRequestBody { get; set; }

    /// <summary>What is to be different about the balancer, as far as both cmdlets can say it.</summary>
    /// <returns>The changes.</returns>
    private protected BalancerChanges Changes() => new()
    {
        ProductionWeight = ProductionWeight,
        CanaryWeight = CanaryWeight,
        Check = CheckChanges(),
        IsSticky = Given(nameof(Sticky), Sticky),
        ShowsServedBy = !Given(nameof(HideServedBy), HideServedBy),
        EjectsFailingCanary = !Given(nameof(KeepFailingCanary), KeepFailingCanary),
        AllowsCanaryAlone = Given(nameof(AllowCanaryAlone), AllowCanaryAlone),
        RetriesUnsafeRequests = Given(nameof(RetryUnsafe), RetryUnsafe),
        CertificateFile = Resolve(CertificatePath),
        KeyFile = Resolve(KeyPath),
        StatusPort = StatusPort,
        WritesAccessLog = !Given(nameof(NoAccessLog), NoAccessLog),
        AccessLogFile = Resolve(AccessLogPath),
        AnswerTimeout = AnswerTimeout,
        ConnectTimeout = ConnectTimeout,
        MaxRequestBody = MaxRequestBody,
    };

    private string? Resolve(string? path) => path is null ? null : Run(() => FileSystemPath.Resolve(this, path));
}
