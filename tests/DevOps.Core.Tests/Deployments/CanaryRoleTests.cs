using DevOps.Core.Deployments;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Rolling;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Core.Tests.Releases;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments;

/// <summary>Of three instances the last one is the canary.</summary>
[Trait("Category", "Slow")]
public sealed class CanaryRoleTests : IDisposable
{
    private readonly DeploymentBed _bed = new(FakeFleets.Of("web-1", "web-2", "web-3"));
    private readonly List<string> _switched = [];

    public CanaryRoleTests()
    {
        _bed.AddRelease("one", "1");
        _bed.AddRelease("two", "2");
        _bed.AddRelease("same", "2");
        _bed.Fleets.OnActivate = host =>
        {
            lock (_switched) _switched.Add(host);
        };
    }

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task A_deployment_to_the_canaries_leaves_all_others_alone()
    {
        await DeployAsync("one");

        var deployment = await DeployAsync("two", ApplicationRole.Canary);

        Assert.Equal(DeploymentState.Succeeded, deployment.State);
        Assert.Equal(["one", "one", "two"], _bed.Fleets.Served());
        Assert.Contains(deployment.Events, told => told.Message == "app: 1 of 1 canaries go to two");
        Assert.StartsWith("The canaries of test serve app two (1 updated).", _bed.Store.ReadJournal(deployment.Id)[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_to_production_leaves_the_canaries_alone()
    {
        await DeployAsync("one");

        await DeployAsync("two", ApplicationRole.Production);

        Assert.Equal(["two", "two", "one"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task A_deployment_to_all_updates_the_canary_first()
    {
        await DeployAsync("one");
        _switched.Clear();

        await DeployAsync("two");

        Assert.Equal(["web-3", "web-1", "web-2"], _switched);
    }

    [Fact]
    public async Task Nothing_else_is_updated_beside_a_canary_however_many_may_be_away()
    {
        await DeployAsync("one");
        _bed.Fleets.Behaviour = (_, folder) => folder == "two" ? FakeBehaviour.ExitsAtOnce : FakeBehaviour.Healthy;

        var deployment = await DeployAsync("two", change: request => request with { MaxUnavailable = 3 });

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Equal([0, 0, 1], _bed.Fleets.Hosts.OrderBy(host => host.Key, StringComparer.Ordinal).Select(host => host.Value.History.Count(entry => entry.Folder == "two")));
        Assert.Equal(["one", "one", "one"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task What_runs_the_same_already_is_left_alone_also_when_canary_and_production_differ()
    {
        await DeployAsync("one");
        await DeployAsync("two", ApplicationRole.Canary);
        _switched.Clear();

        var again = await DeployAsync("same", ApplicationRole.Canary);
        Assert.Empty(_switched);
        Assert.Contains(again.Events, told => told.Message == "web-3 serves two, which holds the same as same");

        await DeployAsync("two");
        Assert.Equal(["web-1", "web-2"], _switched);
        Assert.Equal(["two", "two", "two"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task Undoing_a_deployment_to_the_canaries_brings_back_the_canaries_only()
    {
        await DeployAsync("one");
        var deployment = await DeployAsync("two", ApplicationRole.Canary);
        _switched.Clear();

        var undo = await _bed.UndoAsync(deployment.Id);

        Assert.Equal(DeploymentState.Succeeded, undo.State);
        Assert.Equal(["web-3"], _switched);
        Assert.Equal(["one", "one", "one"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task A_canary_is_not_taken_away_while_production_is_down()
    {
        await DeployAsync("one");
        _bed.Fleets.Hosts["web-1"].IsDown = true;

        var deployment = await DeployAsync("two", ApplicationRole.Canary);

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Contains("web-1", deployment.Cause, StringComparison.Ordinal);
        Assert.Equal(["one", "one", "one"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task Canaries_that_cannot_be_reached_are_no_success()
    {
        await DeployAsync("one");
        _bed.Fleets.Hosts["web-3"].IsDown = true;

        var deployment = await DeployAsync("two", ApplicationRole.Canary, request => request with { MaxUnavailable = 2 });

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Contains("no instance can be reached", deployment.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_without_canaries_has_none_to_update()
    {
        await DeployAsync("one");

        var deployment = await DeployAsync("two", ApplicationRole.Canary, request => request with { Environment = DeploymentBed.Environment });

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.StartsWith("None of the 3 instances of app is a canary.", deployment.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_for_the_canaries_leaves_applications_without_canaries_alone_and_says_so()
    {
        using var repository = new GitFolder();
        var commit = repository.Commit(("content", "3"));
        var environment = Environment with { Applications = [.. Environment.Applications, DeploymentBed.Application with { Name = "other", Fleet = "none" }] };
        DeploymentRequest Change(DeploymentRequest request) => request with
        {
            Kind = DeploymentKind.Deployment,
            Application = null,
            Release = null,
            Fleet = null,
            Environment = environment,
            Repository = repository.Path,
            Commit = commit,
        };

        var deployment = await DeployAsync("-", ApplicationRole.Canary, Change);

        Assert.Equal(DeploymentState.Succeeded, deployment.State);
        Assert.Contains(deployment.Events, told => told.Message == "other has no canaries and is left alone");
        Assert.Equal(["-", "-"], _bed.Fleets.Served()[..2]);
        Assert.StartsWith(commit[..12], _bed.Fleets.Served()[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_for_the_canaries_of_an_environment_without_any_changes_nothing()
    {
        var deployment = await DeployAsync("-", ApplicationRole.Canary, request => request with
        {
            Kind = DeploymentKind.Deployment,
            Environment = DeploymentBed.Environment,
            Repository = "/nowhere",
            Commit = "c0ffee",
        });

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.StartsWith("No application of the environment 'test' has canaries.", deployment.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_be_done_to_the_canaries_is_said_beforehand()
    {
        await DeployAsync("one");
        var request = _bed.Store.GetRequest(_bed.Request("two", request => request with { Environment = Environment, Role = ApplicationRole.Canary }));

        var steps = await new DeploymentPreview(_bed.State).DescribeAsync(request, _bed.Fleets, TestContext.Current.CancellationToken);

        Assert.Equal([new PreviewStep("app on web-3", "Update from one to two (step 1 of 1, at most 1 unavailable)")], steps);
    }

    [Fact]
    public void Of_those_that_do_not_serve_anyway_the_canary_comes_first_too()
    {
        InstanceView View(string name, InstanceStanding standing, ApplicationRole role = ApplicationRole.Production) => new(name, standing, RunsTarget: false) { Role = role };

        var plan = RollingPlanner.Plan(
            [
                View("healthy", InstanceStanding.Healthy),
                View("broken", InstanceStanding.Unhealthy),
                View("healthy canary", InstanceStanding.Healthy, ApplicationRole.Canary),
                View("broken canary", InstanceStanding.Unhealthy, ApplicationRole.Canary),
            ],
            force: false);

        Assert.Equal(["broken canary", "broken", "healthy canary", "healthy"], plan.Updates);
    }

    private static Core.Environments.EnvironmentDefinition Environment { get; } =
        DeploymentBed.Environment with { Applications = [DeploymentBed.Application with { Canaries = 1 }] };

    private Task<Deployment> DeployAsync(string release, ApplicationRole? role = null, Func<DeploymentRequest, DeploymentRequest>? change = null) =>
        _bed.DeployAsync(release, request =>
        {
            request = request with { Environment = Environment, Role = role };
            return change?.Invoke(request) ?? request;
        });
}
