using System.Globalization;
using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Rolling;
using DevOps.Core.Environments;
using DevOps.Core.Releases;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Deployments;

/// <summary>One step that a deployment would take.</summary>
/// <param name="Target">What it would change.</param>
/// <param name="Action">What it would do to it.</param>
public sealed record PreviewStep(string Target, string Action);

/// <summary>Says what a deployment would do, in its order, by looking only: nothing is built, sent, started or written.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class DeploymentPreview(StateFolder state)
{
    /// <summary>Looks.</summary>
    /// <param name="request">What would be asked for.</param>
    /// <param name="ct">Ends the look.</param>
    /// <returns>The steps, in order.</returns>
    public async Task<IReadOnlyList<PreviewStep>> DescribeAsync(DeploymentRequest request, CancellationToken ct)
    {
        using var fleets = CloudFleets.Open(state, request.Connection, TimeProvider.System);
        return await DescribeAsync(request, fleets, ct);
    }

    internal async Task<IReadOnlyList<PreviewStep>> DescribeAsync(DeploymentRequest request, IDeploymentFleets fleets, CancellationToken ct)
    {
        if (request.Kind == DeploymentKind.Undo) return DescribeUndo(request);
        if (request.Kind == DeploymentKind.CanaryRelease) return await DescribeCanaryReleaseAsync(request, fleets, ct);
        var releases = new ReleaseStore(state);
        var steps = new List<PreviewStep>();
        var wanted = request.Kind == DeploymentKind.RollingUpdate
            ? [(Definition: releases.Definition(releases.Get(request.Application!, request.Release!)), Release: releases.Get(request.Application!, request.Release!))]
            : request.Environment.Applications.Where(application => !IsLeftAlone(request, application)).Select(application => (Definition: application, Release: Built(releases, request, application))).ToArray();
        foreach (var application in request.Environment.Applications.Where(application => request.Application is null && IsLeftAlone(request, application)))
        {
            steps.Add(new PreviewStep(application.Name, "Leave alone: it has no canaries"));
        }

        foreach (var (definition, release) in wanted.Where(pair => pair.Release is null))
        {
            steps.Add(new PreviewStep(definition.Name, $"Build at commit {request.Commit}"));
        }

        foreach (var (definition, release) in wanted) steps.AddRange(await DescribeAsync(request, definition, release, releases, fleets, ct));
        return steps;
    }

    private static bool IsLeftAlone(DeploymentRequest request, ApplicationDefinition application) =>
        request.Role == ApplicationRole.Canary && application.Canaries == 0;

    private static ApplicationRelease? Built(ReleaseStore releases, DeploymentRequest request, ApplicationDefinition application)
    {
        var definition = EnvironmentJson.Serialize(application);
        return releases.List().FirstOrDefault(release =>
            release.Application == application.Name
            && release.Commit == request.Commit
            && release.Environment == request.Environment.Name
            && EnvironmentJson.Serialize(releases.Definition(release)).AsSpan().SequenceEqual(definition));
    }

    private static async Task<IReadOnlyList<PreviewStep>> DescribeAsync(
        DeploymentRequest request,
        ApplicationDefinition definition,
        ApplicationRelease? release,
        ReleaseStore releases,
        IDeploymentFleets fleets,
        CancellationToken ct)
    {
        var packages = release is null ? null : await ReleasePackages.OpenAsync(releases, release, request.Environment, fleets, ct);
        await using var hosts = await FleetHosts.OpenAsync(fleets, request.Fleet ?? definition.Fleet, definition.Name, ct);
        var canaries = RollingOptions.CanariesOf(request, definition);
        var looks = await InstanceViews.LookAsync(hosts, definition, canaries, host => packages?.For(host.Droplet).Seal, ct);
        var served = looks.ToDictionary(look => look.View.Instance, look => look.Facts, StringComparer.Ordinal);
        var plan = RollingPlanner.Plan([.. looks.Select(look => look.View)], request.Force, request.Role);
        var name = release?.Id ?? $"the release of {Short(request.Commit)}";
        var condition = release is null ? " unless it turns out the same to run" : string.Empty;
        string Target(string instance) => $"{definition.Name} on {instance}";
        return
        [
            .. plan.Unchanged.Select(instance => new PreviewStep(Target(instance), $"Leave alone: it runs the same as {name} already")),
            .. plan.Unreachable.Select(instance => new PreviewStep(Target(instance), "Leave behind: it cannot be reached")),
            .. plan.First.Select(instance => new PreviewStep(Target(instance), $"Deploy {name} as its first release")),
            .. plan.Updates.Select((instance, index) => new PreviewStep(
                Target(instance),
                string.Create(CultureInfo.InvariantCulture, $"Update from {Served(served[instance])} to {name}{condition} (step {index + 1} of {plan.Updates.Count}, at most {request.MaxUnavailable} unavailable)"))),
        ];
    }

    private static string Served(HostFacts? facts) => facts?.Release?.Release ?? facts?.Folder ?? "nothing";

    private static string Short(string? commit) => commit is { Length: > 12 } ? commit[..12] : commit ?? string.Empty;

    private async Task<IReadOnlyList<PreviewStep>> DescribeCanaryReleaseAsync(DeploymentRequest request, IDeploymentFleets fleets, CancellationToken ct)
    {
        var releases = new ReleaseStore(state);
        var release = releases.Get(request.Application!, request.Release!);
        Task<IReadOnlyList<PreviewStep>> UpdatesAsync(ApplicationRole role) =>
            DescribeAsync(request with { Role = role }, releases.Definition(release), release, releases, fleets, ct);
        var plan = request.Canary!;
        var balancer = $"the balancer {plan.Balancer}";
        return
        [
            new PreviewStep(balancer, $"Send {plan.Steps[0]} of 100 requests to the canary"),
            .. await UpdatesAsync(ApplicationRole.Canary),
            .. plan.Steps.Select((share, index) => new PreviewStep(
                balancer,
                string.Create(CultureInfo.InvariantCulture, $"Judge the canary with {share} of 100 requests, after {plan.StepTime.TotalSeconds:0.###} s (step {index + 1} of {plan.Steps.Count})"))),
            .. await UpdatesAsync(ApplicationRole.Production),
            new PreviewStep(balancer, "Divide requests as before"),
        ];
    }

    private IReadOnlyList<PreviewStep> DescribeUndo(DeploymentRequest request) =>
    [
        .. JournalState.Of(new DeploymentStore(state).ReadJournal(request.Undoes!)).Touched.Reverse().Select(touched => new PreviewStep(
            $"{touched.Application} on {touched.Instance}",
            touched.Before.Folder is null ? "Stop serving: it served nothing before" : $"Go back from {touched.Release} to {touched.Before.Release}")),
    ];
}
