using System.Management.Automation;
using DevOps.Model;

namespace DevOps.Cmdlets.Deployments;

/// <summary>
/// <para type="synopsis">Stops a running or waiting deployment.</para>
/// <para type="description">The deployment finishes the step that it is at, so that no host is left between two states. Then every instance that it updated goes back to what it served before, unless it was started with -OnFailure Stop. This cmdlet waits until that is done.</para>
/// </summary>
/// <example>
/// <code>Stop-Deployment</code>
/// <para>Stops the deployment that runs.</para>
/// </example>
/// <example>
/// <code>Get-Deployment -Environment production | Where-Object State -eq Running | Stop-Deployment</code>
/// <para>Stops what runs in one environment.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Deployment))]
public sealed class StopDeploymentCommand : DeployingCommand
{
    /// <summary>The deployment's id. Without it, every deployment that runs or waits.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeploymentIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Id { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = Service();
        if (!TryRun(() => Id is null ? service.FindRunning() : [Id], out var ids)) return;
        foreach (var id in ids)
        {
            if (!ShouldProcess(id, "Stop the deployment")) continue;
            if (TryFollow(id, (progress, ct) => service.StopAsync(id, progress, ct), out var deployment)) WriteObject(deployment);
        }
    }
}
