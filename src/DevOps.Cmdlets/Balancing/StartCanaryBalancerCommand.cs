using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Balancing;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Balancing;

/// <summary>
/// <para type="synopsis">Starts a balancer: one address in front of an application's production and canary instances.</para>
/// <para type="description">Requests are shared by weight, exactly and in turn: with the weights 2 and 1, two of three requests go to production and each third to the canary. Backends are checked all the time; one that cannot be reached gets no more requests at once, and what a canary failed is answered from production as long as nothing has gone out to the client. When nobody may be asked, clients get a plain 503.</para>
/// <para type="description">What a balancer is told is kept: started again, it needs its name only. Where it runs already, what is given is changed and the rest stays; when nothing differs, nothing is done. Backends that are given are all that there are to be; those that it has already keep their name, weight and checks. Most changes take effect at once. Another certificate, status port, access log or limit of bodies makes a successor take over without losing a request. Another address or port, and putting it under systemd or out of it, means that the old process ends before the new one serves.</para>
/// <para type="description">The balancer is a process of its own that outlives the session. With -Persistent systemd keeps it running, also after the machine has restarted.</para>
/// </summary>
/// <example>
/// <code>Start-CanaryBalancer -Name checkbox -Production http://10.0.0.5:3000 -Canary http://10.0.0.6:3000 -ListenAddress 0.0.0.0</code>
/// <para>Serves two instances at port 80 of this machine, two requests of three from production.</para>
/// </example>
/// <example>
/// <code>Get-ApplicationInstance checkbox | Start-CanaryBalancer -Name checkbox -Port 8080 -HealthPath /api/health -Sticky -PassThru</code>
/// <para>Puts a balancer in front of the deployed instances of an application. Their roles tell which is the canary, and backends are called after their droplets.</para>
/// </example>
/// <example>
/// <code>Start-CanaryBalancer checkbox -Persistent</code>
/// <para>Starts the balancer with the settings that it had, and has systemd keep it running.</para>
/// </example>
/// <example>
/// <code>Start-CanaryBalancer shop -Production http://10.0.0.7:3000 -Port 443 -CertificatePath ./shop.pem -KeyPath ./shop.key</code>
/// <para>Serves over TLS. After the certificate was renewed in the same file, Restart-CanaryBalancer takes it over.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "CanaryBalancer", SupportsShouldProcess = true, DefaultParameterSetName = UriSet)]
[OutputType(typeof(CanaryBalancer))]
public sealed class StartCanaryBalancerCommand : BalancerSettingsCommand
{
    private const string UriSet = "Uri";
    private const string InstanceSet = "Instance";
    private const int HighestPort = 65_535;

    private readonly List<ApplicationInstance> _instances = [];

    /// <summary>The balancer's name, best its application's: lower-case letters, digits and hyphens.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BalancerNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>Where production instances are asked: scheme, host and port.</summary>
    [Parameter(ParameterSetName = UriSet)]
    [ValidateNotNull]
    public Uri[]? Production { get; set; }

    /// <summary>Where canaries are asked: scheme, host and port.</summary>
    [Parameter(ParameterSetName = UriSet)]
    [ValidateNotNull]
    public Uri[]? Canary { get; set; }

    /// <summary>The instances of one application, from Get-ApplicationInstance.</summary>
    [Parameter(ParameterSetName = InstanceSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public ApplicationInstance[] Instance { get; set; } = [];

    /// <summary>The port at which it listens. For a new balancer 80, which only root may open.</summary>
    [Parameter]
    [ValidateRange(1, HighestPort)]
    public int? Port { get; set; }

    /// <summary>The address at which it listens: 0.0.0.0 or :: for everybody. For a new balancer 127.0.0.1, which only this machine reaches.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ListenAddress { get; set; }

    /// <summary>How long a stop, a restart or the removal of a backend waits for requests in flight. For a new balancer 30 seconds.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? DrainTimeout { get; set; }

    /// <summary>Has systemd keep it running, also after a restart of the machine; -Persistent:$false ends that.</summary>
    [Parameter]
    public SwitchParameter Persistent { get; set; }

    /// <summary>How long it may take until it serves. By default one minute.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Shows the balancer.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == InstanceSet) _instances.AddRange(Instance);
        else Start(GivenBackends());
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_instances.Count > 0) Start(Run(() => BackendService.Of(_instances)));
    }

    private IReadOnlyList<GivenBackend>? GivenBackends() => Production is null && Canary is null ? null :
    [
        .. (Production ?? []).Select(uri => new GivenBackend(Name: null, uri, ApplicationRole.Production)),
        .. (Canary ?? []).Select(uri => new GivenBackend(Name: null, uri, ApplicationRole.Canary)),
    ];

    private void Start(IReadOnlyList<GivenBackend>? backends)
    {
        var service = new BalancerService(Run(() => StateFolder.Open())) { ReadyTimeout = Timeout };
        var changes = Changes() with
        {
            Backends = backends,
            Port = Port,
            ListenAddress = ListenAddress,
            DrainTimeout = DrainTimeout,
            IsPersistent = Given(nameof(Persistent), Persistent),
        };
        if (!TryRun((_, ct) => service.PreviewStartAsync(Name, changes, ct), out var action)) return;
        if (action is not null && !ShouldProcess($"balancer '{Name}'", action)) return;
        if (TryRun((progress, ct) => service.StartAsync(Name, changes, Cause(), progress, ct), out var balancer) && PassThru) WriteObject(balancer);
    }
}
