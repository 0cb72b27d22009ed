using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Environments;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Releases;
using DevOps.Model;

namespace DevOps.Cmdlets.Deployments;

/// <summary>
/// <para type="synopsis">Brings all applications of an environment to a commit.</para>
/// <para type="description">Builds every application of the environment at the commit and deploys nothing when one does not build. Then the applications are updated in the order of the environment file, one instance after another, canaries first, each only once the one before it serves. Instances that run the same already are left alone and said. When an instance does not become healthy, every instance that was updated goes back to what it served before. The work is done by a process of its own that goes on when this session ends; this cmdlet follows it. One deployment at a time works in an environment; one that waits gives way to a newer one for the same instances.</para>
/// </summary>
/// <example>
/// <code>Invoke-Deployment -Environment ./production.psd1 -Repository ./production.git -Commit production</code>
/// <para>Deploys what the branch production holds now.</para>
/// </example>
/// <example>
/// <code>Invoke-Deployment -Environment ./production.psd1 -Repository ./production.git -Commit 3f2a91c07be4 -WhatIf</code>
/// <para>Says which applications would be built and what would happen to each instance, and touches nothing.</para>
/// </example>
/// <example>
/// <code>Invoke-Deployment -Environment ./production.psd1 -Repository ./production.git -Commit canary -Role Canary</code>
/// <para>Brings the canaries to what the branch canary holds, and leaves all other instances as they are.</para>
/// </example>
/// <example>
/// <code>Get-Deployment -Latest 1 | Where-Object State -eq Interrupted | ForEach-Object { Invoke-Deployment -Resume $_.Id }</code>
/// <para>Takes the last deployment up again when its worker died, for example because the control host was restarted.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "Deployment", SupportsShouldProcess = true, DefaultParameterSetName = "Commit")]
[OutputType(typeof(Deployment))]
public sealed class InvokeDeploymentCommand : DeployingCommand
{
    /// <summary>The environment file, or the name of an environment that was deployed from here before.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Commit")]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Environment { get; set; } = string.Empty;

    /// <summary>The git repository that holds the commit, bare or not.</summary>
    [Parameter(ParameterSetName = "Commit")]
    [ValidateNotNullOrEmpty]
    public string Repository { get; set; } = ".";

    /// <summary>The commit to deploy: its id, a branch, a tag, or anything else that git takes for a commit.</summary>
    [Parameter(ParameterSetName = "Commit")]
    [ValidateNotNullOrEmpty]
    public string Commit { get; set; } = "HEAD";

    /// <summary>Only the instances that play this part: the canaries, or those that are none. Without it all, and the canaries first. With Canary, applications that have no canaries are left alone.</summary>
    [Parameter(ParameterSetName = "Commit")]
    public ApplicationRole? Role { get; set; }

    /// <summary>How many instances of an application may be unavailable at a time. An instance that cannot be reached counts.</summary>
    [Parameter(ParameterSetName = "Commit")]
    [ValidateRange(1, int.MaxValue)]
    public int MaxUnavailable { get; set; } = 1;

    /// <summary>What happens to updated instances when the deployment fails: they go back to what they served before (Undo), or stay (Stop).</summary>
    [Parameter(ParameterSetName = "Commit")]
    public FailurePolicy OnFailure { get; set; }

    /// <summary>Restart instances that run the same already, too.</summary>
    [Parameter(ParameterSetName = "Commit")]
    public SwitchParameter Force { get; set; }

    /// <summary>The id of an interrupted or stopped deployment to take up again, or of a running one to follow.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Resume")]
    [ArgumentCompleter(typeof(DeploymentIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string Resume { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Resume") TakeUp();
        else Deploy();
    }

    private void TakeUp()
    {
        if (!ShouldProcess(Resume, "Take the deployment up again")) return;
        if (!TryFollow(Resume, (progress, ct) => Service().ResumeAsync(Resume, progress, ct), out var deployment)) return;
        WriteEnd(deployment);
        WriteObject(deployment);
    }

    private void Deploy()
    {
        var environment = Run(() => EnvironmentLocator.FindOne(this, State(), Environment));
        var repository = Run(() => FileSystemPath.Resolve(this, Repository));
        // Resolved here and now: what the branch says later is another deployment's business.
        var commit = Run(async (_, ct) => await (await GitRepository.OpenAsync(repository, ct)).ResolveAsync(Commit, ct));
        var service = Service();
        var request = new DeploymentRequest
        {
            Id = service.Store.NewId(),
            Kind = DeploymentKind.Deployment,
            Environment = environment,
            Connection = Connection ?? environment.Connection,
            Repository = repository,
            Commit = commit,
            Role = Role,
            MaxUnavailable = MaxUnavailable,
            OnFailure = OnFailure,
            Force = Force,
            StartedBy = Operator.Name(),
            StartedAt = DateTimeOffset.UtcNow,
        };
        if (!ShouldDeploy(request, Role is null ? environment.Name : $"{environment.Name} ({Role})", $"Deploy commit {commit}")) return;
        if (!TryFollow(request.Id, (progress, ct) => service.StartAndFollowAsync(request, progress, ct), out var deployment)) return;
        WriteEnd(deployment);
        WriteObject(deployment);
    }
}
