using System.Management.Automation;
using DevOps.Cmdlets.Balancing;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Deployments;
using DevOps.Cmdlets.Environments;
using DevOps.Cmdlets.Releases;
using DevOps.Core.Canaries;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.Deployments;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Environments;
using DevOps.Model;

namespace DevOps.Cmdlets.Canaries;

/// <summary>
/// <para type="synopsis">Brings a release to an application by way of its canary, which is judged by what becomes of the requests to it.</para>
/// <para type="description">The release is deployed to the canary, which then gets more and more of the balancer's requests, step by step. In each step canary and production are compared over the same time: errors by Fisher's exact test and against -MaxErrorRate, latencies by Mann and Whitney's test against -MaxLatencyRatio. A canary that is worse beyond chance is undone at once: it gets no more requests, goes back to what it served before, and the balancer divides requests as before. When all steps are passed, the production instances get the release one after another while the canary serves. The work is done by a process of its own that goes on when this session ends; this cmdlet follows it until it has ended or is suspended. Suspend-, Resume-, Complete- and Undo-CanaryRelease tell it what to do from any session.</para>
/// </summary>
/// <example>
/// <code>Invoke-CanaryRelease -Balancer checkbox -Release @(Get-ApplicationRelease checkbox)[0]</code>
/// <para>Brings the newest release of an application in the usual four steps.</para>
/// </example>
/// <example>
/// <code>Invoke-CanaryRelease checkbox 3f2a91c07be4-5d1e -Step 1, 10, 50 -StepTime 5m -MinimumRequests 1000 -MaxErrorRate 0.01</code>
/// <para>Takes longer steps, wants more requests, and allows fewer errors.</para>
/// </example>
/// <example>
/// <code>Invoke-CanaryRelease checkbox 3f2a91c07be4-5d1e -OnInconclusive Undo -WhatIf</code>
/// <para>Says what would happen to the balancer and to each instance, and touches nothing.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "CanaryRelease", SupportsShouldProcess = true)]
[OutputType(typeof(CanaryRelease))]
public sealed class InvokeCanaryReleaseCommand : DeployingCommand
{
    /// <summary>The balancer in front of the application's instances.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(BalancerNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Balancer { get; set; } = string.Empty;

    /// <summary>The release: its id, or what Get-ApplicationRelease gives.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ReleaseId]
    [ArgumentCompleter(typeof(ReleaseIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string Release { get; set; } = string.Empty;

    /// <summary>The application. Without it, the one whose release it is; the one behind the balancer when several applications have a release of that id.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ReleasedApplicationCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Application { get; set; }

    /// <summary>The environment file, for services and secrets. Without it, the release's environment as it was last deployed from here.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Environment { get; set; }

    /// <summary>How many of 100 requests go to the canary in each step, rising.</summary>
    [Parameter]
    [ValidateRange(1, 99)]
    [ValidateNotNullOrEmpty]
    public int[] Step { get; set; } = [5, 20, 33, 50];

    /// <summary>How long each step lasts at least.</summary>
    [Parameter]
    [Duration]
    public TimeSpan StepTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many requests canary and production must each have had in a step before anything is said.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MinimumRequests { get; set; } = 100;

    /// <summary>The part of the canary's requests that may fail, from 0 to 1, whatever production's do. It counts as more only when chance is allowed for.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double MaxErrorRate { get; set; } = 0.05;

    /// <summary>How much longer than production's the canary's answers may take: 1.5 for half as long again.</summary>
    [Parameter]
    [ValidateRange(1.0, 100.0)]
    public double MaxLatencyRatio { get; set; } = 1.5;

    /// <summary>How long a step may last until there are requests enough.</summary>
    [Parameter]
    [Duration]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What happens when there are too few requests in that time: it waits for somebody to decide (Suspend), goes to all instances (Complete), or goes back (Undo).</summary>
    [Parameter]
    public InconclusivePolicy OnInconclusive { get; set; }

    /// <inheritdoc/>
    private protected override string GoesOn(string id) =>
        $"The canary release {id} goes on. Get-CanaryRelease {id} shows how far it is; Suspend-CanaryRelease {id} and Undo-CanaryRelease {id} hold it up.";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TryRun(() => new CanaryTarget(State()).FindRelease(Balancer, Release, Application), out var release)) return;
        if (!TryRun(() => EnvironmentLocator.FindOne(this, State(), Environment ?? release.Environment), out var environment)) return;
        // Written down with the request: going back must find the same fleet, whatever the files say by then.
        if (!TryRun(() => new PublishingService(State()).FleetOf(release), out var fleet)) return;
        var service = new CanaryReleaseService(State());
        var request = Request(service.Store.NewId(), environment, release, fleet);
        if (!TryRun(() => Check(request), out _)) return;
        if (!ShouldDeploy(request, $"{release.Application} behind the balancer {Balancer}", $"Release {release.Id} by way of its canary")) return;
        if (!TryFollow(request.Id, (progress, ct) => service.StartAsync(request, progress, ct), out CanaryRelease result)) return;
        Write(CanaryEnding.Of(result, CanaryReleaseState.Completed));
        WriteObject(result);
    }

    private static DeploymentRequest Check(DeploymentRequest request)
    {
        request.Canary!.Check();
        return request;
    }

    private DeploymentRequest Request(string id, EnvironmentDefinition environment, ApplicationRelease release, string fleet) => new()
    {
        Id = id,
        Kind = DeploymentKind.CanaryRelease,
        Environment = environment,
        Connection = Connection ?? environment.Connection,
        Commit = release.Commit,
        Application = release.Application,
        Release = release.Id,
        Fleet = fleet,
        Canary = new CanaryPlan
        {
            Balancer = Balancer,
            Steps = Step,
            StepTime = StepTime,
            MaxWait = MaxWait,
            Limits = new CanaryLimits { MinimumRequests = MinimumRequests, MaxErrorRate = MaxErrorRate, MaxLatencyRatio = MaxLatencyRatio },
            OnInconclusive = OnInconclusive,
        },
        StartedBy = Operator.Name(),
        StartedAt = DateTimeOffset.UtcNow,
    };
}
