using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core;
using DevOps.Core.Deployments;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Cmdlets.Deployments;

/// <summary>What the cmdlets that start or follow a deployment do alike.</summary>
public abstract class DeployingCommand : CloudCommand
{
    /// <summary>Says what goes on when nobody follows it any more.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <returns>The line for the console.</returns>
    private protected virtual string GoesOn(string id) =>
        $"The deployment {id} goes on. Get-Deployment {id} shows how far it is; Stop-Deployment {id} stops it.";

    /// <summary>The deployments of the installation.</summary>
    /// <returns>The service.</returns>
    private protected DeploymentService Service() => new(State());

    /// <summary>Asks whether to do it; with -WhatIf, says every step of the exact plan instead.</summary>
    /// <param name="request">What would be asked for.</param>
    /// <param name="target">What it is about, for the confirmation.</param>
    /// <param name="action">What is done to it, for the confirmation.</param>
    /// <returns>Whether to do it.</returns>
    private protected bool ShouldDeploy(DeploymentRequest request, string target, string action)
    {
        if (!IsWhatIf()) return ShouldProcess(target, action);
        if (!TryRun((_, ct) => new DeploymentPreview(State()).DescribeAsync(request, ct), out var steps)) return false;
        foreach (var step in steps) ShouldProcess(step.Target, step.Action);
        return false;
    }

    /// <summary>Carries an operation out that follows a deployment.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="result">What it brought, when the method returns <see langword="true"/>.</param>
    /// <typeparam name="T">What it brings.</typeparam>
    /// <returns>Whether it was followed to its end.</returns>
    private protected bool TryFollow<T>(string id, Func<IProgress<OperationMessage>, CancellationToken, Task<T>> operation, out T result) =>
        // Nothing goes on when it was stopped before the request was written down.
        TryFollow(() => Service().Store.Ids().Contains(id, StringComparer.Ordinal) ? GoesOn(id) : null, operation, out result);

    /// <summary>Writes what a deployment's end means beside the object: an error when it failed, a warning when it gave way.</summary>
    /// <param name="deployment">The deployment, ended.</param>
    private protected void WriteEnd(Deployment deployment)
    {
        switch (deployment.State)
        {
            case DeploymentState.Succeeded:
                WriteInformation(new HostInformationMessage { Message = deployment.Cause ?? string.Empty }, ["PSHOST"]);
                break;
            case DeploymentState.Superseded:
                WriteWarning(deployment.Cause ?? string.Empty);
                break;
            default:
                WriteError(ToErrorRecord(new DevOpsException(
                    $"Deployment{deployment.State}",
                    FailureKind.OperationFailed,
                    $"The deployment {deployment.Id} {Describe(deployment.State)}: {deployment.Cause}",
                    deployment.State == DeploymentState.Interrupted
                        ? $"Invoke-Deployment -Resume {deployment.Id} takes it up again; Undo-Deployment {deployment.Id} goes back to what was served before."
                        : $"Get-Deployment {deployment.Id} | ForEach-Object Events tells its story.",
                    deployment)));
                break;
        }
    }

    private static string Describe(DeploymentState state) => state switch
    {
        DeploymentState.Stopped => "was stopped",
        DeploymentState.Interrupted => "was interrupted",
        _ => "failed",
    };

    private bool IsWhatIf() => GetVariableValue("WhatIfPreference") is true or SwitchParameter { IsPresent: true }
        || (MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given) && given is SwitchParameter { IsPresent: true });
}
