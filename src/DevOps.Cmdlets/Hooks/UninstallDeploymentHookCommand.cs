using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Releases.Hooks;

namespace DevOps.Cmdlets.Hooks;

/// <summary>
/// <para type="synopsis">Removes the deployment hook from a git repository.</para>
/// <para type="description">Removes the hook that Install-DeploymentHook wrote: pushes deploy nothing from then on. A hook that is not of this module is left alone. What is deployed stays deployed, and a deployment that is under way goes on.</para>
/// </summary>
/// <example>
/// <code>Uninstall-DeploymentHook /srv/git/shop.git</code>
/// <para>Removes the hook of a repository.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem /srv/git -Filter *.git | Uninstall-DeploymentHook -WhatIf</code>
/// <para>Says whose hooks would be removed, and removes none.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Uninstall, "DeploymentHook", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class UninstallDeploymentHookCommand : DevOpsCommand
{
    /// <summary>The bare repository.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] Repository { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Repository)
        {
            if (!TryRun(() => FileSystemPath.Resolve(this, path), out var repository)) continue;
            if (!ShouldProcess(repository, "Remove the deployment hook")) continue;
            if (TryRun((_, ct) => HookInstaller.UninstallAsync(repository, ct), out var file)) WriteVerbose($"Removed '{file}'.");
        }
    }
}
