using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Deployments;
using DevOps.Core.Operations;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Environments;

/// <summary>
/// <para type="synopsis">Makes this installation forget an environment.</para>
/// <para type="description">Removes the environment's releases and the journals of its deployments from the state folder. What runs on its droplets goes on running, and the environment file and the droplets stay; but nothing can be undone any more, and the next deployment builds anew. An environment in which a deployment is at work is refused.</para>
/// </summary>
/// <example>
/// <code>Remove-DeploymentEnvironment production</code>
/// <para>Forgets the environment production after a confirmation.</para>
/// </example>
/// <example>
/// <code>Remove-DeploymentEnvironment trial -WhatIf</code>
/// <para>Says how many releases and deployments would be removed.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "DeploymentEnvironment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveDeploymentEnvironmentCommand : DevOpsCommand
{
    /// <summary>The names of environments that were deployed from here, or the files that they were deployed from.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Environment { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var environment in Environment)
        {
            var nameOrFile = environment.EndsWith(".psd1", StringComparison.OrdinalIgnoreCase) ? Run(() => FileSystemPath.Resolve(this, environment)) : environment;
            if (TryRun(() => Removal().Find(nameOrFile), out var names)) Remove(names);
        }
    }

    private void Remove(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            var (deployments, releases) = Run(() => Removal().Preview(name));
            if (!ShouldProcess($"environment '{name}'", $"Forget its {deployments} deployment(s) and {releases} release(s)")) continue;
            TryRun((progress, ct) => RemoveAsync(name, progress, ct), out _);
        }
    }

    private static EnvironmentRemoval Removal() => new(StateFolder.Open());

    private static async Task<bool> RemoveAsync(string name, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await Removal().RemoveAsync(name, progress, ct);
        return true;
    }
}
