using System.Management.Automation;
using DevOps.Model;

namespace DevOps.Cmdlets.Balancing;

/// <summary>
/// <para type="synopsis">Replaces a balancer's process by a new one without losing a request.</para>
/// <para type="description">The new process takes over the listening socket, and the old one finishes what it has begun and ends. That is how a newer version of the module and a renewed certificate are taken over. When the new process does not come to serve, the old one goes on and an error says why. A balancer that does not run is started. Counters and latencies begin anew; events go on.</para>
/// </summary>
/// <example>
/// <code>Restart-CanaryBalancer checkbox</code>
/// <para>Restarts one balancer, after the module was updated for example.</para>
/// </example>
/// <example>
/// <code>Get-CanaryBalancer | Restart-CanaryBalancer -PassThru</code>
/// <para>Restarts all balancers, one after another.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Restart, "CanaryBalancer", SupportsShouldProcess = true)]
[OutputType(typeof(CanaryBalancer))]
public sealed class RestartCanaryBalancerCommand : BalancerCommand
{
    /// <summary>Exact names of balancers.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BalancerNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Shows the balancer.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = Service();
        foreach (var name in Name)
        {
            if (!ShouldProcess($"balancer '{name}'", "Restart without losing a request")) continue;
            if (TryRun((progress, ct) => service.RestartAsync(name, progress, ct), out var balancer) && PassThru) WriteObject(balancer);
        }
    }
}
