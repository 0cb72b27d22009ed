using DevOps.Core.Balancing;
using DevOps.Core.Canaries;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.Deployments.Worker;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Canaries;

/// <summary>
/// A canary release with everything real but the hosts: a balancer's process, backends that answer over HTTP, users who
/// ask all the time and look at every answer, and the clock.
/// </summary>
[Trait("Category", "Slow")]
public sealed class CanaryReleaseTests : IAsyncLifetime
{
    private readonly ServerFolder _programs = new();
    private readonly DeploymentBed _bed = new(FakeFleets.Of("web-1", "web-2"));
    private readonly BackendServer _production = new("web-1");
    private readonly BackendServer _canary = new("web-2");
    private readonly CanaryOrders _orders = new();
    private BalancerService _balancers = null!;
    private CanaryBalancer _balancer = null!;
    private string _id = string.Empty;

    private static Core.Environments.EnvironmentDefinition Environment { get; } =
        DeploymentBed.Environment with { Applications = [DeploymentBed.Application with { Canaries = 1, Balancer = "app" }] };

    public async ValueTask InitializeAsync()
    {
        _bed.AddRelease("one", "1");
        _bed.AddRelease("two", "2");
        await _bed.DeployAsync("one", request => request with { Environment = Environment });
        _balancers = new BalancerService(_bed.State, _programs.Programs);
        var wanted = new BalancerChanges
        {
            Port = FreePort.Find(),
            Backends = [new GivenBackend("web-1", _production.Uri, ApplicationRole.Production), new GivenBackend("web-2", _canary.Uri, ApplicationRole.Canary)],
            Check = new CheckChanges { Path = "/check", Interval = TimeSpan.FromMilliseconds(100) },
        };
        _balancer = await _balancers.StartAsync("app", wanted, "a test", new Quiet(), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _balancers.StopAsync("app", TimeSpan.Zero, isRemoved: false, new Quiet(), CancellationToken.None);
        _production.Dispose();
        _canary.Dispose();
        _orders.Dispose();
        _bed.Dispose();
        _programs.Dispose();
    }

    [Fact]
    public async Task A_good_release_comes_to_all_and_no_request_is_lost()
    {
        var (state, load) = await ReleaseAsync();

        Assert.Equal(DeploymentState.Succeeded, state);
        Assert.Empty(load.Faults);
        Assert.Equal(["two", "two"], _bed.Fleets.Served());
        Assert.Equal(["2", "1", "True"], Balancer());
        Assert.All(Release().Judgements, judgement => Assert.Equal((0, 0), (judgement.Canary.Errors, judgement.Production.Errors)));
        // The balancer divides exactly: the counts of each step say so.
        Assert.All(Release().Judgements.Where(judgement => judgement.IsFinal), judgement =>
            Assert.InRange(100.0 * judgement.Canary.Requests / (judgement.Canary.Requests + judgement.Production.Requests), judgement.Share - 2, judgement.Share + 2));
    }

    [Theory]
    [InlineData(nameof(Behaviour.Fail))]
    [InlineData(nameof(Behaviour.FailSometimes))]
    [InlineData(nameof(Behaviour.HangUp))]
    public async Task A_release_that_fails_goes_back_and_no_user_sees_a_failure(string behaviour)
    {
        _bed.Fleets.OnChange = () => _canary.Behaviour = _bed.Fleets.Hosts["web-2"].Current == "two" ? Enum.Parse<Behaviour>(behaviour) : Behaviour.Serve;

        // So many requests that one failure in a hundred is seen.
        var (state, load) = await ReleaseAsync(minimumRequests: 1_500);

        Assert.Equal(DeploymentState.Failed, state);
        Assert.Empty(load.Faults);
        Assert.Equal(["one", "one"], _bed.Fleets.Served());
        Assert.Equal(["2", "1", "True"], Balancer());
        Assert.Equal((CanaryReleaseState.Undone, CanaryVerdict.Failed), (Release().State, Release().Verdict));
    }

    [Fact]
    public async Task A_slow_release_goes_back()
    {
        _canary.Delay = TimeSpan.FromMilliseconds(500);
        _bed.Fleets.OnChange = () => _canary.Behaviour = _bed.Fleets.Hosts["web-2"].Current == "two" ? Behaviour.ServeLate : Behaviour.Serve;

        var (_, load) = await ReleaseAsync(minimumRequests: 100);

        Assert.Empty(load.Faults);
        Assert.Equal(["one", "one"], _bed.Fleets.Served());
        Assert.Contains("more than 1.5 times as slow as production", Release().Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_that_dies_is_undone_at_once_and_no_user_notices()
    {
        var running = ReleaseAsync();
        await StepAsync(1);

        _canary.Dispose();

        var (state, load) = await running;
        Assert.Equal(DeploymentState.Failed, state);
        Assert.Empty(load.Faults);
        Assert.Contains("the balancer does not ask web-2 any more", Release().Cause, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["2", "1", "True"], Balancer());
    }

    [Fact]
    public async Task A_balancer_that_hands_over_in_the_middle_loses_no_request_and_the_step_is_counted_anew()
    {
        var running = ReleaseAsync();
        await StepAsync(1);

        await _balancers.RestartAsync("app", new Quiet(), TestContext.Current.CancellationToken);

        var (state, load) = await running;
        Assert.Equal(DeploymentState.Succeeded, state);
        Assert.Empty(load.Faults);
        Assert.Contains(_bed.Store.ReadJournal(_id), entry => entry.Text.StartsWith("another process of the balancer app answers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_balancer_that_is_killed_suspends_the_release_which_goes_on_once_it_is_back()
    {
        var running = ReleaseAsync();
        await StepAsync(1);
        System.Diagnostics.Process.GetProcessById(_balancer.ProcessId!.Value).Kill();
        await Eventually.IsAsync(() => Release().State == CanaryReleaseState.Suspended);

        await _balancers.StartAsync("app", new BalancerChanges(), "a test", new Quiet(), TestContext.Current.CancellationToken);
        Assert.Null(_orders.TryGive(new GivenOrder(CanaryOrder.Resume, "root")));

        Assert.Equal(DeploymentState.Succeeded, (await running).State);
        Assert.Equal(["two", "two"], _bed.Fleets.Served());
        Assert.Equal(["2", "1", "True"], Balancer());
    }

    private Task StepAsync(int step) => Eventually.IsAsync(() => _id.Length > 0 && Release() is { State: CanaryReleaseState.Judging } release && release.Step == step);

    private CanaryRelease Release() => new CanaryReleaseView(_bed.Store).Of(_id);

    private string[] Balancer()
    {
        var settings = _balancers.Catalog.Get("app");
        return [.. settings.Backends.Select(backend => $"{backend.Weight}"), $"{settings.EjectsFailingCanary}"];
    }

    private async Task<(DeploymentState State, LoadResult Load)> ReleaseAsync(int minimumRequests = 400)
    {
        _id = _bed.Request("two", request => request with
        {
            Kind = DeploymentKind.CanaryRelease,
            Environment = Environment,
            Canary = new CanaryPlan
            {
                Balancer = "app",
                Steps = [20, 50],
                StepTime = TimeSpan.FromSeconds(1),
                MaxWait = TimeSpan.FromMinutes(1),
                LongestSilence = TimeSpan.FromSeconds(2),
                Limits = new CanaryLimits { MinimumRequests = minimumRequests },
                OnInconclusive = InconclusivePolicy.Suspend,
            },
        });
        var release = Task.Run(() => new DeploymentRunner(_bed.State, _ => _bed.Fleets, TimeProvider.System).RunAsync(_id, TestContext.Current.CancellationToken, _orders), TestContext.Current.CancellationToken);
        var load = await Load.UntilAsync(_balancer.Uri, release, pause: TimeSpan.FromMilliseconds(4));
        return (await release, load);
    }
}
