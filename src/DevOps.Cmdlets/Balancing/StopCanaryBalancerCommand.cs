using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Model;

namespace DevOps.Cmdlets.Balancing;

/// <summary>
/// <para type="synopsis">Stops a balancer once it has answered the requests in flight, and with -Remove forgets it.</para>
/// <para type="description">New connections are refused at once. Settings, events and access log are kept, so that Start-CanaryBalancer with its name brings it back as it was; a persistent one is not started with the machine until then. With -Remove they are deleted. Instances are not touched.</para>
/// </summary>
/// <example>
/// <code>Stop-CanaryBalancer checkbox</code>
/// <para>Stops a balancer. Start-CanaryBalancer checkbox starts it again with the same settings.</para>
/// </example>
/// <example>
/// <code>Get-CanaryBalancer | Stop-CanaryBalancer -DrainTimeout 5s -Remove</code>
/// <para>Stops all balancers, waits five seconds at most for what they are answering, and forgets them.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "CanaryBalancer", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(CanaryBalancer))]
public sealed class StopCanaryBalancerCommand : BalancerCommand
{
    /// <summary>Exact names of balancers.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BalancerNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>How long to wait for the requests in flight this time; what is then still in flight is cut off. By default the balancer's DrainTimeout.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? DrainTimeout { get; set; }

    /// <summary>Deletes its settings, its events and the access log in its folder.</summary>
    [Parameter]
    public SwitchParameter Remove { get; set; }

    /// <summary>Shows the stopped balancer. One that was removed is not shown.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = Service();
        foreach (var name in Name)
        {
            if (!ShouldProcess($"balancer '{name}'", Remove ? "Stop, and delete its settings, events and access log," : "Stop")) continue;
            if (TryRun((progress, ct) => service.StopAsync(name, DrainTimeout, Remove, progress, ct), out var balancer) && PassThru && balancer is not null) WriteObject(balancer);
        }
    }
}
