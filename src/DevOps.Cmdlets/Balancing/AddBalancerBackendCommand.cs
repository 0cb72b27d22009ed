using System.Management.Automation;
using DevOps.Core.Balancing;
using DevOps.Model;

namespace DevOps.Cmdlets.Balancing;

/// <summary>
/// <para type="synopsis">Adds a backend to a balancer, while it serves.</para>
/// <para type="description">The backend gets its share as soon as it has passed its first check. It is checked as the others are, unless it is told otherwise here.</para>
/// </summary>
/// <example>
/// <code>Add-BalancerBackend checkbox http://10.0.0.8:3000</code>
/// <para>Adds a production backend, called production-2 where there is a production-1, with the weight that the others have.</para>
/// </example>
/// <example>
/// <code>Get-ApplicationInstance checkbox checkbox-3 | Add-BalancerBackend checkbox -Weight 1 -PassThru</code>
/// <para>Adds a deployed instance: its address, role and name are taken from it.</para>
/// </example>
[Cmdlet(VerbsCommon.Add, "BalancerBackend", SupportsShouldProcess = true)]
[OutputType(typeof(BalancerBackend))]
public sealed class AddBalancerBackendCommand : HealthCheckCommand
{
    private const int HighestWeight = 1_000;

    /// <summary>The balancer's exact name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BalancerNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Balancer { get; set; } = string.Empty;

    /// <summary>Where it is asked: scheme, host and port.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public Uri? Uri { get; set; }

    /// <summary>What part it plays: Production, which is the default, or Canary.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ApplicationRole Role { get; set; }

    /// <summary>Its name within the balancer. Without one it is called after its role, with a number.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Instance")]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Its weight. Without one it has that of the role's other backends, or 2 for production and 1 for a canary.</summary>
    [Parameter]
    [ValidateRange(0, HighestWeight)]
    public int? Weight { get; set; }

    /// <summary>Shows the backend.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = Service();
        BalancerSettings Add(BalancerSettings settings) =>
            BackendEdits.Add(settings, new GivenBackend(Name, Uri!, Role), Weight, ChangesCheck() ? CheckChanges() : null);
        if (!TryRun(() => service.PreviewChange(Balancer, Add), out var action)) return;
        if (!ShouldProcess($"balancer '{Balancer}'", $"Change {action}")) return;
        if (TryRun((progress, ct) => service.ChangeAsync(Balancer, Add, Cause(), progress, ct), out var balancer) && PassThru) WriteObject(balancer.Backends[^1]);
    }
}
