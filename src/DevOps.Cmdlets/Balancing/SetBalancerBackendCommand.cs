using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Balancing;
using DevOps.Model;

namespace DevOps.Cmdlets.Balancing;

/// <summary>
/// <para type="synopsis">Changes the weight or the checks of a backend, takes it out or puts it back, while its balancer serves.</para>
/// <para type="description">A backend with weight 0 or with -Drain gets no new requests and finishes those in flight. With -Drain the cmdlet waits until none is left: then the instance can be stopped without anybody noticing. A drained backend stays out until -Drain:$false, also when the balancer is restarted.</para>
/// </summary>
/// <example>
/// <code>Set-BalancerBackend checkbox canary-1 -Drain</code>
/// <para>Takes the canary out and waits until it has answered what it was asked. Set-BalancerBackend checkbox canary-1 -Drain:$false puts it back.</para>
/// </example>
/// <example>
/// <code>(Get-CanaryBalancer checkbox).Backends | Where-Object Role -eq Canary | Set-BalancerBackend -Weight 0</code>
/// <para>Sends everything to production.</para>
/// </example>
/// <example>
/// <code>Set-BalancerBackend checkbox 10.0.0.5:3000 -Weight 4 -HealthPath /ready -PassThru</code>
/// <para>Names the backend by its address, doubles its share and checks it by a path of its own.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "BalancerBackend", SupportsShouldProcess = true)]
[OutputType(typeof(BalancerBackend))]
public sealed class SetBalancerBackendCommand : HealthCheckCommand
{
    private const int HighestWeight = 1_000;

    /// <summary>The balancer's exact name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BalancerNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Balancer { get; set; } = string.Empty;

    /// <summary>Exact names of backends, or their addresses as host:port.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BackendNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Its part of the requests, relative to the other backends' weights. With 0 it gets none.</summary>
    [Parameter]
    [ValidateRange(0, HighestWeight)]
    public int? Weight { get; set; }

    /// <summary>Takes it out and waits until nothing is in flight; -Drain:$false puts it back.</summary>
    [Parameter]
    public SwitchParameter Drain { get; set; }

    /// <summary>Does not wait until it is drained.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long to wait until it is drained. By default the balancer's DrainTimeout.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Has it checked as the balancer's other backends again.</summary>
    [Parameter]
    public SwitchParameter InheritHealth { get; set; }

    /// <summary>Shows the backend.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = Service();
        foreach (var name in Name)
        {
            if (!TryRun(() => service.PreviewChange(Balancer, settings => Change(settings, name)), out var action)) continue;
            // A backend that is out already may still be answering: then there is something to wait for.
            if (action is not null && !ShouldProcess($"backend '{name}' of balancer '{Balancer}'", $"Change {action}")) continue;
            if (TryRun((progress, ct) => ChangeAsync(name, progress, ct), out var backend) && PassThru) WriteObject(backend);
        }
    }

    private BalancerSettings Change(BalancerSettings settings, string name) =>
        BackendEdits.Change(settings, name, backend => Change(backend, settings.Check));

    private BackendSettings Change(BackendSettings backend, BackendCheckSettings usual)
    {
        var check = InheritHealth ? null : backend.Check;
        return backend with
        {
            Weight = Weight ?? backend.Weight,
            IsDraining = Given(nameof(Drain), Drain) ?? backend.IsDraining,
            Check = ChangesCheck() ? CheckChanges().ApplyTo(check ?? usual) : check,
        };
    }

    private async Task<BalancerBackend> ChangeAsync(string name, IProgress<Core.Operations.OperationMessage> progress, CancellationToken ct)
    {
        var usual = Service().Catalog.Get(Balancer).Check;
        var backend = await Backends().ChangeAsync(Balancer, name, settings => Change(settings, usual), Cause(), progress, ct);
        return Drain && !NoWait ? await Backends().DrainAsync(Balancer, backend.Name, Timeout, Cause(), progress, ct) : backend;
    }
}
