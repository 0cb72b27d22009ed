using DevOps.Core.Balancing;
using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Instances;
using DevOps.Core.Operations;
using DevOps.Core.Tests.Balancing.Fakes;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments;

/// <summary>Instances are out of their balancer while they are away.</summary>
[Trait("Category", "Slow")]
public sealed class HoldTests : IAsyncLifetime
{
    private readonly DeploymentBed _bed = new(FakeFleets.Of("web-1", "web-2", "web-3"));
    private FakeBalancer _balancer = null!;

    private static Core.Environments.EnvironmentDefinition Environment { get; } =
        DeploymentBed.Environment with { Applications = [DeploymentBed.Application with { Canaries = 1, Balancer = "app" }] };

    public async ValueTask InitializeAsync()
    {
        _bed.AddRelease("one", "1");
        _bed.AddRelease("two", "2");
        _balancer = FakeBalancer.Start(_bed.State, "app", Backend(1), Backend(2), Backend(3, ApplicationRole.Canary));
        await DeployAsync("one");
        _balancer.Holds.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _balancer.DisposeAsync();
        _bed.Dispose();
    }

    [Fact]
    public async Task An_instance_is_out_of_its_balancer_from_before_its_switch_until_it_serves()
    {
        var wrong = new List<string>();
        _bed.Fleets.OnChange = () =>
        {
            lock (wrong) wrong.AddRange(_bed.Fleets.Hosts.Where(host => !host.Value.IsRunning && !_balancer.IsHeld(host.Key)).Select(host => host.Key));
        };

        var deployment = await DeployAsync("two");

        Assert.Equal(DeploymentState.Succeeded, deployment.State);
        Assert.Empty(wrong);
        Assert.Equal(["+web-3", "-web-3", "+web-1", "-web-1", "+web-2", "-web-2"], _balancer.Holds);
        Assert.Contains(deployment.Events, told => told.Message == "web-3 is out of the balancer app for now, with no request in flight");
    }

    [Fact]
    public async Task A_host_that_serves_nobody_yet_is_not_taken_out()
    {
        using var bed = new DeploymentBed(FakeFleets.Of("web-1", "web-2"));
        bed.AddRelease("one", "1");
        await using var balancer = FakeBalancer.Start(bed.State, "app", Backend(1), Backend(2));

        var deployment = await bed.DeployAsync("one", request => request with { Environment = Environment });

        Assert.Equal(DeploymentState.Succeeded, deployment.State);
        Assert.Empty(balancer.Holds);
    }

    [Fact]
    public async Task The_switch_waits_for_the_requests_in_flight()
    {
        _balancer["web-3"].InFlight = 7;
        int? inFlight = null;
        _bed.Fleets.OnActivate = _ => inFlight ??= _balancer["web-3"].InFlight;

        await DeployAsync("two");

        Assert.Equal(0, inFlight);
    }

    [Fact]
    public async Task Requests_that_never_end_do_not_keep_an_instance_from_its_switch()
    {
        _balancer["web-3"].InFlight = int.MaxValue;

        var deployment = await DeployAsync("two");

        Assert.Equal(["two", "two", "two"], _bed.Fleets.Served());
        Assert.Contains(deployment.Events, told => told.Message.StartsWith("web-3 is out of the balancer app, but has not finished", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_its_balancer_the_deployment_goes_on_and_says_so_in_one_line()
    {
        await _balancer.StopAsync();

        var deployment = await DeployAsync("two");

        Assert.Equal(["two", "two", "two"], _bed.Fleets.Served());
        Assert.Single(deployment.Events, told => told.Message == "the balancer app does not run, so nothing is taken out of it first");
        _balancer.Restart();
    }

    [Fact]
    public async Task An_instance_that_the_balancer_does_not_know_is_switched_and_said()
    {
        await using var other = FakeBalancer.Start(_bed.State, "other", Backend(1), Backend(2));

        var deployment = await DeployAsync("two", "other");

        Assert.Equal(["two", "two", "two"], _bed.Fleets.Served());
        Assert.Single(deployment.Events, told => told.Message == "web-3 is no backend of the balancer other, so it is not taken out of it first");
        Assert.Equal(["+web-1", "-web-1", "+web-2", "-web-2"], other.Holds);
    }

    [Fact]
    public async Task An_instance_behind_another_address_is_known_by_its_name()
    {
        await using var other = FakeBalancer.Start(
            _bed.State,
            "other",
            Backend(1),
            FakeBalancer.Backend("web-3", new Uri("http://canary.example.org"), ApplicationRole.Canary, 1));

        await DeployAsync("two", "other");

        Assert.Equal(["+web-3", "-web-3", "+web-1", "-web-1"], other.Holds);
    }

    [Fact]
    public async Task The_last_one_that_can_be_asked_is_not_taken_out()
    {
        _balancer["web-2"].State = BackendState.Down;
        _balancer["web-3"].State = BackendState.Down;

        var deployment = await DeployAsync("two");

        Assert.DoesNotContain("+web-1", _balancer.Holds);
        Assert.Contains(deployment.Events, told => told.Message == "web-1 is all that the balancer app can ask, so it is not taken out of it first");
    }

    [Fact]
    public async Task The_next_one_is_not_taken_before_the_balancer_asks_this_one_again()
    {
        // The balancer has seen the canary away, and finds it well at the third look after it was given back.
        var looks = 0;
        _bed.Fleets.OnActivate = host =>
        {
            if (host == "web-3") _balancer["web-3"].State = BackendState.Down;
        };
        _balancer.OnReport = balancer =>
        {
            if (!balancer.IsHeld("web-3") && balancer.Holds.Count > 1 && ++looks == 3) balancer["web-3"].State = BackendState.Up;
        };

        await DeployAsync("two");

        Assert.Equal(3, Math.Min(3, looks));
        Assert.Equal(["+web-3", "-web-3", "+web-1", "-web-1", "+web-2", "-web-2"], _balancer.Holds);
        Assert.Equal(BackendState.Up, _balancer["web-3"].State);
    }

    [Fact]
    public async Task An_instance_that_the_balancer_does_not_ask_again_is_told_and_no_reason_to_go_back()
    {
        _bed.Fleets.OnActivate = host =>
        {
            _balancer[host].State = host == "web-3" ? BackendState.Down : BackendState.Up;
            _balancer[host].Cause = "GET /ready was answered with 500";
        };

        var deployment = await DeployAsync("two");

        Assert.Equal(DeploymentState.Succeeded, deployment.State);
        Assert.Contains(deployment.Events, told => told.Message == "web-3 serves two, but the balancer app does not ask it yet: GET /ready was answered with 500");
    }

    [Fact]
    public async Task An_instance_that_failed_is_given_back_only_once_it_serves_what_it_did_before()
    {
        _bed.Fleets.Behaviour = (_, folder) => folder == "two" ? FakeBehaviour.Answers500 : FakeBehaviour.Healthy;
        var served = new List<string>();
        _balancer.OnReport = balancer =>
        {
            if (balancer.Holds.Count > 0 && !balancer.IsHeld("web-3")) served.Add(_bed.Fleets.Served()[2]);
        };

        var deployment = await DeployAsync("two");

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Equal(["one", "one", "one"], _bed.Fleets.Served());
        Assert.Equal(["+web-3", "-web-3"], _balancer.Holds);
        Assert.All(served, release => Assert.Equal("one", release));
    }

    [Fact]
    public async Task Undoing_takes_instances_out_as_well()
    {
        var deployment = await DeployAsync("two");
        _balancer.Holds.Clear();

        await _bed.UndoAsync(deployment.Id);

        Assert.Equal(["+web-2", "-web-2", "+web-1", "-web-1", "+web-3", "-web-3"], _balancer.Holds);
    }

    [Fact]
    public async Task A_restart_takes_the_instance_out_and_a_stop_does_not()
    {
        using var service = new InstanceService(_bed.State, Environment, _bed.Fleets, new Hosting.SkippingTime());
        var told = new List<OperationMessage>();

        await service.ControlAsync("app", "web-1", UnitAction.Restart, new ListProgress(told), TestContext.Current.CancellationToken);

        Assert.Equal(["+web-1", "-web-1"], _balancer.Holds);
        Assert.Contains(told, message => message is VerboseMessage { Text: "web-1 is out of the balancer app for now, with no request in flight." });

        await service.ControlAsync("app", "web-1", UnitAction.Stop, new ListProgress(told), TestContext.Current.CancellationToken);
        Assert.Equal(2, _balancer.Holds.Count);
    }

    private static BackendSettings Backend(int number, ApplicationRole role = ApplicationRole.Production) =>
        FakeBalancer.Backend($"web-{number}", new Uri($"http://192.0.2.{number}:{FakeHost.DefaultPort}"), role, role == ApplicationRole.Canary ? 1 : 2);

    private Task<Deployment> DeployAsync(string release, string balancer = "app") => _bed.DeployAsync(release, request => request with
    {
        Environment = Environment with { Applications = [Environment.Applications[0] with { Balancer = balancer }] },
    });

    private sealed class ListProgress(List<OperationMessage> told) : IProgress<OperationMessage>
    {
        public void Report(OperationMessage value) => told.Add(value);
    }
}
