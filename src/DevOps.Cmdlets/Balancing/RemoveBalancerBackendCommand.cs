using System.Management.Automation;
using DevOps.Cmdlets.Common;

namespace DevOps.Cmdlets.Balancing;

/// <summary>
/// <para type="synopsis">Removes a backend from a balancer, while it serves.</para>
/// <para type="description">The backend gets no new requests, and is removed once it has answered those in flight: then its instance can be stopped without anybody noticing. When it does not come to an end in time, an error says so, and the backend stays out without being removed. The last backend cannot be removed.</para>
/// </summary>
/// <example>
/// <code>Remove-BalancerBackend checkbox canary-1</code>
/// <para>Takes the canary out, waits until it is drained, and removes it, after a confirmation.</para>
/// </example>
/// <example>
/// <code>(Get-CanaryBalancer checkbox).Backends | Where-Object State -eq Down | Remove-BalancerBackend -Force -Confirm:$false</code>
/// <para>Removes what is down without waiting for it.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "BalancerBackend", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveBalancerBackendCommand : BalancerCommand
{
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

    /// <summary>Does not wait until it is drained. The balancer still passes on what it is answering.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long to wait until it is drained. By default the balancer's DrainTimeout.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            if (!ShouldProcess($"backend '{name}' of balancer '{Balancer}'", Force ? "Remove without waiting for what it is answering" : "Drain and remove")) continue;
            TryRun(
                async (progress, ct) =>
                {
                    await Backends().RemoveAsync(Balancer, name, isDrained: !Force, Timeout, Cause(), progress, ct);
                    return true;
                },
                out _);
        }
    }
}
