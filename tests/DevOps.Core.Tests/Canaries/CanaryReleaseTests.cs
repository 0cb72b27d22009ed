using DevOps.Core.Canaries.Releases;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Canaries;

[Trait("Category", "Slow")]
public sealed class CanaryReleaseTests : IAsyncLifetime
{
    private CanaryBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await CanaryBed.StartAsync();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task A_good_canary_passes_all_steps_and_then_everything_serves_the_release_with_the_weights_of_before()
    {
        var switched = new List<string>();
        _bed.Bed.Fleets.OnActivate = host => switched.Add($"{host} at {_bed.Weights}");

        var state = await _bed.RunAsync();

        Assert.Equal(DeploymentState.Succeeded, state);
        Assert.Equal(["two", "two", "two"], _bed.Bed.Fleets.Served());
        Assert.Equal(["web-3 at 19:19:2", "web-1 at 1:1:2", "web-2 at 1:1:2"], switched);
        Assert.Equal(["19:19:2 False", "2:2:1 False", "67:67:66 False", "1:1:2 False", "1:1:1 True"], Applied());
        var release = _bed.Release;
        Assert.Equal((CanaryReleaseState.Completed, 4, CanaryVerdict.Passed, (int?)null), (release.State, release.Step, release.Verdict, release.Share));
        Assert.Equal([5, 20, 33, 50], release.Judgements.Where(judgement => judgement.IsFinal).Select(judgement => judgement.Share));
        Assert.Equal("test serves app two (2 updated): the canary passed all 4 steps.", release.Cause);
        Assert.Equal(["+web-3", "-web-3", "+web-1", "-web-1", "+web-2", "-web-2"], _bed.Balancer.Holds);
    }

    [Fact]
    public async Task The_judge_sees_what_came_in_the_step_and_nothing_from_before()
    {
        _bed.Balancer["web-3"].Requests = 1_000_000;
        _bed.Balancer["web-3"].Errors = 1_000_000;

        await _bed.RunAsync(plan => plan with { Steps = [50] });

        var judgement = _bed.Release.Judgements[^1];
        Assert.Equal(CanaryVerdict.Passed, judgement.Verdict);
        Assert.Equal(0, judgement.Canary.Errors);
        Assert.Equal(judgement.Canary.Requests, judgement.Production.Requests);
        Assert.InRange(judgement.To - judgement.From, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_canary_with_errors_is_undone_before_production_is_touched_and_the_numbers_say_why()
    {
        _bed.ErrorRateOfTwo = 0.2;
        var canaryWeights = new List<int>();
        _bed.Bed.Fleets.OnActivate = _ => canaryWeights.Add(_bed.Balancer.Settings.Backends[2].Weight);

        var state = await _bed.RunAsync();

        Assert.Equal(DeploymentState.Failed, state);
        Assert.Equal(["one", "one", "one"], _bed.Bed.Fleets.Served());
        Assert.Equal([1, 1, 2], _bed.Bed.Fleets.Hosts.OrderBy(host => host.Key, StringComparer.Ordinal).Select(host => host.Value.Starts - (host.Key == "web-3" ? 1 : 0)));
        // Nobody is sent to it any more from the verdict on.
        Assert.Equal([2, 0], canaryWeights);
        Assert.Equal(["19:19:2 False", "1:1:0 True", "1:1:1 True"], Applied());
        Assert.Equal((CanaryReleaseState.Undone, CanaryVerdict.Failed), (_bed.Release.State, _bed.Release.Verdict));
        Assert.Matches(
            @"^The canary failed step 1 of 4, with 5 of 100 requests: 20 of 100 requests to the canary failed \(20%\), 0 of 1,900 requests to production failed \(0%\): chance alone .* Every instance serves again what it served before, and the balancer app divides requests as before\.$",
            _bed.Release.Cause);
    }

    [Fact]
    public async Task A_slow_canary_is_undone()
    {
        _bed.LatencyOfTwo = TimeSpan.FromMilliseconds(25);

        await _bed.RunAsync();

        Assert.Equal(["one", "one", "one"], _bed.Bed.Fleets.Served());
        Assert.Contains("more than 1.5 times as slow as production", _bed.Release.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_that_gets_worse_under_load_is_undone_in_the_step_that_shows_it()
    {
        _bed.OnLook = () => _bed.ErrorRateOfTwo = _bed.Balancer.Settings.Backends[2].Weight == 66 ? 0.3 : 0;

        await _bed.RunAsync();

        Assert.StartsWith("The canary failed step 3 of 4, with 33 of 100 requests", _bed.Release.Cause, StringComparison.Ordinal);
        Assert.Equal(["one", "one", "one"], _bed.Bed.Fleets.Served());
        Assert.Equal("1:1:1", _bed.Weights);
    }

    [Fact]
    public async Task A_canary_that_the_balancer_had_to_take_out_is_undone_at_once()
    {
        _bed.Requests = 10;
        _bed.OnLook = () =>
        {
            if (_bed.Release.State != CanaryReleaseState.Judging) return;
            _bed.Balancer["web-3"].State = BackendState.Down;
            _bed.Balancer["web-3"].Cause = "no connection could be made for a request";
        };

        await _bed.RunAsync();

        Assert.Equal(["one", "one", "one"], _bed.Bed.Fleets.Served());
        Assert.StartsWith("The canary failed step 1 of 4, with 5 of 100 requests: the balancer does not ask web-3 any more: no connection could be made for a request.", _bed.Release.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_that_the_balancer_never_comes_to_ask_is_undone()
    {
        _bed.Bed.Fleets.OnActivate = _ => _bed.Balancer["web-3"].State = _bed.Bed.Fleets.Hosts["web-3"].Current == "one" ? BackendState.Down : BackendState.Up;

        await _bed.RunAsync();

        Assert.StartsWith("The balancer does not ask web-3 any more: its checks do not pass.", _bed.Release.Cause, StringComparison.Ordinal);
        Assert.Equal((CanaryReleaseState.Undone, "1:1:1"), (_bed.Release.State, _bed.Weights));
    }

    [Fact]
    public async Task A_release_that_does_not_become_healthy_on_the_canary_is_undone()
    {
        _bed.Bed.Fleets.Behaviour = (_, folder) => folder == "two" ? FakeBehaviour.Answers500 : FakeBehaviour.Healthy;

        await _bed.RunAsync();

        Assert.Equal((CanaryReleaseState.Undone, "1:1:1"), (_bed.Release.State, _bed.Weights));
        Assert.StartsWith("web-3 does not serve release two of app", _bed.Release.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_fails_on_production_goes_back_everywhere_while_the_canary_serves_on()
    {
        _bed.Bed.Fleets.Behaviour = (host, folder) => host == "web-2" && folder == "two" ? FakeBehaviour.Answers500 : FakeBehaviour.Healthy;
        var weights = new List<string>();
        _bed.Bed.Fleets.OnActivate = host => weights.Add($"{host} {_bed.Weights}");

        await _bed.RunAsync();

        Assert.Equal(["one", "one", "one"], _bed.Bed.Fleets.Served());
        Assert.Equal(["web-3 19:19:2", "web-1 1:1:2", "web-2 1:1:2", "web-2 1:1:2", "web-1 1:1:2", "web-3 1:1:2"], weights);
        Assert.Equal((CanaryReleaseState.Undone, "1:1:1"), (_bed.Release.State, _bed.Weights));
    }

    [Fact]
    public async Task A_release_that_the_canary_serves_already_is_judged_all_the_same_and_left_there_when_it_fails()
    {
        await _bed.Bed.DeployAsync("two", request => request with { Environment = _bed.Bed.Store.GetRequest(_bed.Request()).Environment, Role = ApplicationRole.Canary });
        _bed.ErrorRateOfTwo = 0.2;

        await _bed.RunAsync();

        Assert.Equal(["one", "one", "two"], _bed.Bed.Fleets.Served());
        Assert.Equal((CanaryReleaseState.Undone, "1:1:1"), (_bed.Release.State, _bed.Weights));
    }

    [Fact]
    public async Task Without_its_balancer_a_release_does_not_begin()
    {
        await _bed.Balancer.StopAsync();

        await _bed.RunAsync();

        Assert.StartsWith("The balancer 'app' does not run, so there are no requests to judge the canary by.", _bed.Release.Cause, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was changed.", _bed.Release.Cause, StringComparison.Ordinal);
        Assert.Equal(CanaryReleaseState.Failed, _bed.Release.State);
        _bed.Balancer.Restart();
    }

    [Fact]
    public async Task A_canary_that_is_production_behind_the_balancer_is_refused()
    {
        _bed.Balancer.Files.WriteSettings(_bed.Balancer.Settings with { Backends = [.. _bed.Balancer.Settings.Backends.Select(backend => backend with { Role = backend.Name == "web-3" ? ApplicationRole.Production : ApplicationRole.Canary })] });
        await _bed.Balancer.StopAsync();
        _bed.Balancer.Restart();

        await _bed.RunAsync();

        Assert.Contains("web-1 is a production instance of app but a canary there", _bed.Release.Cause, StringComparison.Ordinal);
        Assert.Equal(["one", "one", "one"], _bed.Bed.Fleets.Served());
    }

    [Fact]
    public async Task When_the_canary_cannot_be_reached_to_go_back_it_gets_no_requests_until_an_undo_has_brought_it_back()
    {
        _bed.ErrorRateOfTwo = 0.2;
        _bed.OnLook = () =>
        {
            if (_bed.Release.Judgements.Count > 0) _bed.Bed.Fleets.Hosts["web-3"].IsDown = true;
        };

        await _bed.RunAsync();

        Assert.Equal((CanaryReleaseState.Failed, "1:1:0"), (_bed.Release.State, _bed.Weights));
        Assert.Contains("the balancer app sends nothing to the canary (web-1 1, web-2 1, web-3 0) until it is back", _bed.Release.Cause, StringComparison.Ordinal);

        _bed.OnLook = () => { };
        _bed.Bed.Fleets.Hosts["web-3"].IsDown = false;
        await _bed.Bed.UndoAsync(_bed.Id);

        Assert.Equal(["one", "one", "one"], _bed.Bed.Fleets.Served());
        Assert.Equal((CanaryReleaseState.Undone, "1:1:1"), (_bed.Release.State, _bed.Weights));
    }

    [Fact]
    public async Task A_completed_release_can_be_undone_like_any_deployment()
    {
        await _bed.RunAsync();

        var undo = await _bed.Bed.UndoAsync(_bed.Id);

        Assert.Equal(DeploymentState.Succeeded, undo.State);
        Assert.Equal(["one", "one", "one"], _bed.Bed.Fleets.Served());
        Assert.Equal((CanaryReleaseState.Undone, "1:1:1"), (_bed.Release.State, _bed.Weights));
    }

    [Fact]
    public async Task A_deployment_that_waits_for_a_canary_release_says_how_that_can_be_ended()
    {
        _bed.Requests = 0;
        var running = _bed.RunAsync(plan => plan with { StepTime = TimeSpan.Zero, MaxWait = TimeSpan.Zero });
        await Eventually.IsAsync(() => _bed.Release.State == CanaryReleaseState.Suspended);

        var waiting = _bed.Bed.DeployAsync("two");
        var told = $"waits for the canary release {_bed.Id} in the same environment (Complete-CanaryRelease or Undo-CanaryRelease ends it)";
        await Eventually.IsAsync(() => _bed.Bed.Store.Ids().Any(id => _bed.Bed.Store.ReadJournal(id).Any(entry => entry.Text == told)));

        _bed.Orders.TryGive(new GivenOrder(CanaryOrder.Undo, "root"));
        Assert.Equal(DeploymentState.Stopped, await running);
        Assert.Equal(DeploymentState.Succeeded, (await waiting).State);
    }

    private IEnumerable<string> Applied() => _bed.Balancer.Applied.Select(settings => $"{string.Join(':', settings.Backends.Select(backend => backend.Weight))} {settings.EjectsFailingCanary}");
}
