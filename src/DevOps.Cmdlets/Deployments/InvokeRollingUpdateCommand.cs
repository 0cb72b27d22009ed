using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Droplets;
using DevOps.Cmdlets.Environments;
using DevOps.Core.Deployments;
using DevOps.Core.Deployments.Journal;
using DevOps.Model;

namespace DevOps.Cmdlets.Deployments;

/// <summary>
/// <para type="synopsis">Brings the instances of an application to a release, one after another.</para>
/// <para type="description">On each host in turn: the instance is stopped, switched to the release, started, and must then prove that it serves: enough good answers in a row, given by the process that was just started, from the release's own folder. Before each step the instances that are unhealthy or cannot be reached are counted, so that never more than allowed are away. Hosts without a release yet are deployed to at the same time. On failure every host that was updated goes back to what it served before, unless -OnFailure Stop says otherwise; the error names the host, the reason and the last lines of the unit's journal.</para>
/// </summary>
/// <example>
/// <code>Get-ApplicationRelease itrust | ForEach-Object { $_; break } | Invoke-RollingUpdate</code>
/// <para>Brings the application's fleet to its newest release.</para>
/// </example>
/// <example>
/// <code>Invoke-RollingUpdate -Fleet itrust -Release (Get-ApplicationRelease itrust 3f2a91c07be4-5d1e) -MaxUnavailable 2</code>
/// <para>Goes to an earlier release, two hosts at a time.</para>
/// </example>
/// <example>
/// <code>New-ApplicationRelease ./production.psd1 itrust | Invoke-RollingUpdate -Environment ./production.psd1 -WhatIf</code>
/// <para>Builds a release and says what an update to it would do to each host.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "RollingUpdate", SupportsShouldProcess = true)]
[OutputType(typeof(RollingUpdate))]
public sealed class InvokeRollingUpdateCommand : DeployingCommand
{
    /// <summary>The release, as Get-ApplicationRelease or New-ApplicationRelease gives it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public ApplicationRelease Release { get; set; } = null!;

    /// <summary>The fleet to update. Without it, the one that the release's own definition names.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Fleet { get; set; }

    /// <summary>The environment file, for services and secrets. Without it, the release's environment as it was last deployed from here.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Environment { get; set; }

    /// <summary>Only the instances that play this part: the canaries, or those that are none. Without it all, and the canaries first.</summary>
    [Parameter]
    public ApplicationRole? Role { get; set; }

    /// <summary>How many instances may be unavailable at a time. An instance that cannot be reached counts.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxUnavailable { get; set; } = 1;

    /// <summary>What happens to updated hosts on failure: they go back to what they served before (Undo), or stay (Stop).</summary>
    [Parameter]
    public FailurePolicy OnFailure { get; set; }

    /// <summary>Restart instances that run the same already, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TryRun(() => EnvironmentLocator.FindOne(this, State(), Environment ?? Release.Environment), out var environment)) return;
        // Written down with the request: going back must find the same fleet, whatever the files say by then.
        if (!TryRun(() => Fleet ?? new PublishingService(State()).FleetOf(Release), out var fleet)) return;
        var service = Service();
        var request = new DeploymentRequest
        {
            Id = service.Store.NewId(),
            Kind = DeploymentKind.RollingUpdate,
            Environment = environment,
            Connection = Connection ?? environment.Connection,
            Commit = Release.Commit,
            Application = Release.Application,
            Release = Release.Id,
            Fleet = fleet,
            Role = Role,
            MaxUnavailable = MaxUnavailable,
            OnFailure = OnFailure,
            Force = Force,
            StartedBy = Operator.Name(),
            StartedAt = DateTimeOffset.UtcNow,
        };
        if (!ShouldDeploy(request, $"{Release.Application} on the fleet {fleet}", $"Update to release {Release.Id}")) return;
        if (!TryFollow(request.Id, (progress, ct) => service.StartAndFollowAsync(request, progress, ct), out var deployment)) return;
        WriteEnd(deployment);
        WriteObject(service.DescribeRollingUpdate(request, deployment));
    }
}
