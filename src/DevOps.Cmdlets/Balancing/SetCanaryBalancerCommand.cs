using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Model;

namespace DevOps.Cmdlets.Balancing;

/// <summary>
/// <para type="synopsis">Changes how a balancer shares, checks and serves, while it serves.</para>
/// <para type="description">What is given is changed and the rest stays. No request is lost: most changes take effect at once, and for another certificate, status port, access log or limit of bodies a successor takes over. A balancer that does not run has the change when it is started. Add-BalancerBackend, Set-BalancerBackend and Remove-BalancerBackend change single backends; Start-CanaryBalancer changes address and port.</para>
/// </summary>
/// <example>
/// <code>Set-CanaryBalancer checkbox -ProductionWeight 9 -CanaryWeight 1</code>
/// <para>The canary gets one request of ten from now on.</para>
/// </example>
/// <example>
/// <code>Get-CanaryBalancer | Set-CanaryBalancer -HealthInterval 250ms -HealthPath /health -WhatIf</code>
/// <para>Says what would change at each balancer.</para>
/// </example>
/// <example>
/// <code>Set-CanaryBalancer checkbox -Sticky:$false -StatusPort 9100 -PassThru</code>
/// <para>Ends sticky sessions and serves metrics at http://127.0.0.1:9100/metrics.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "CanaryBalancer", SupportsShouldProcess = true)]
[OutputType(typeof(CanaryBalancer))]
public sealed class SetCanaryBalancerCommand : BalancerSettingsCommand
{
    /// <summary>Exact names of balancers.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BalancerNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Ends TLS: clients are served over plain http.</summary>
    [Parameter]
    public SwitchParameter NoTls { get; set; }

    /// <summary>How long a stop, a restart or the removal of a backend waits for requests in flight.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? DrainTimeout { get; set; }

    /// <summary>Shows the balancer.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = Service();
        var changes = Changes() with { EndsTls = NoTls, DrainTimeout = DrainTimeout };
        foreach (var name in Name)
        {
            if (!TryRun(() => service.PreviewChange(name, changes.ApplyTo), out var action)) continue;
            if (action is not null && !ShouldProcess($"balancer '{name}'", $"Change {action}")) continue;
            if (TryRun((progress, ct) => service.ChangeAsync(name, changes.ApplyTo, Cause(), progress, ct), out var balancer) && PassThru) WriteObject(balancer);
        }
    }
}
