using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Environments;
using DevOps.Core;
using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Instances;
using DevOps.Core.Environments;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Instances;

/// <summary>What the cmdlets that start, stop and restart instances do alike.</summary>
public abstract class InstanceActionCommand : CloudCommand
{
    /// <summary>The application's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ApplicationNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Application { get; set; } = string.Empty;

    /// <summary>The exact names of the droplets whose instances it is about.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Instance { get; set; } = [];

    /// <summary>The environment: its file, or the name of one that was deployed from here. Without it, the one that has the application.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Environment { get; set; }

    /// <summary>Does something to each instance in turn.</summary>
    /// <param name="action">What, by the name of a <c>UnitAction</c>.</param>
    /// <param name="isLastOnFailure">Whether a failure ends the pipeline, because going on would take more instances away.</param>
    private protected void Act(string action, bool isLastOnFailure)
    {
        if (!TryRun(FindEnvironment, out var environment)) return;
        foreach (var instance in Instance)
        {
            if (!ShouldProcess($"{Application} on {instance}", action)) continue;
            if (isLastOnFailure) WriteObject(Run((progress, ct) => ControlAsync(environment, instance, action, progress, ct)));
            else if (TryRun((progress, ct) => ControlAsync(environment, instance, action, progress, ct), out var result)) WriteObject(result);
        }
    }

    private EnvironmentDefinition FindEnvironment()
    {
        var candidates = EnvironmentLocator.Find(this, State(), Environment)
            .Where(environment => Environment is not null || environment.Applications.Any(application => application.Name == Application))
            .ToArray();
        return candidates.Length switch
        {
            1 => candidates[0],
            0 => throw EnvironmentLocator.NotDeployed(Application),
            _ => throw new DevOpsException(
                "EnvironmentAmbiguous",
                FailureKind.InvalidInput,
                $"Several environments have an application '{Application}': {string.Join(", ", candidates.Select(environment => environment.Name))}.",
                "Say which with -Environment.",
                Application),
        };
    }

    private async Task<ApplicationInstance> ControlAsync(EnvironmentDefinition environment, string instance, string action, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        using var service = InstanceService.Open(StateFolder.Open(), environment, Connection);
        return await service.ControlAsync(Application, instance, Enum.Parse<UnitAction>(action), progress, ct);
    }
}
