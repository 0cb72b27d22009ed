using DevOps.Core.Canaries.Releases;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Canaries;

/// <summary>What somebody may tell a canary release from another session, and what it does when nobody does.</summary>
[Trait("Category", "Slow")]
public sealed class CanaryOrderTests : IAsyncLifetime
{
    private CanaryBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await CanaryBed.StartAsync();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task Too_few_requests_suspend_the_release_and_it_goes_on_when_somebody_resumes_it()
    {
        _bed.Requests = 1;
        var needed = new List<string>();
        _bed.Orders.DecisionNeeded = needed.Add;
        var running = _bed.RunAsync();
        await SuspendedAsync();

        Assert.StartsWith("step 1 of 4 is inconclusive: too few requests: ", Assert.Single(needed), StringComparison.Ordinal);
        Assert.Equal((CanaryReleaseState.Suspended, 1, 5, CanaryVerdict.Inconclusive), (_bed.Release.State, _bed.Release.Step, _bed.Release.Share, _bed.Release.Verdict));
        Assert.StartsWith("suspended, because step 1 of 4 is inconclusive: too few requests: ", _bed.Release.Cause, StringComparison.Ordinal);
        Assert.Equal("19:19:2", _bed.Weights);

        _bed.Requests = 2_000;
        Assert.Null(Give(CanaryOrder.Resume));

        Assert.Equal(DeploymentState.Succeeded, await running);
        Assert.Equal(CanaryReleaseState.Completed, _bed.Release.State);
        Assert.Contains(_bed.Bed.Store.Get(_bed.Id).Events, told => told.Message == "resumed by root");
    }

    [Fact]
    public async Task Too_few_requests_are_told_once_and_waited_for()
    {
        // About 5 of 100 in each look.
        _bed.Requests = 40;
        _bed.OnLook = () =>
        {
            if (_bed.Bed.Store.Get(_bed.Id).Events.Any(told => told.Message.StartsWith("step 1 of 4 goes on: too few requests", StringComparison.Ordinal))) _bed.Requests = 4_000;
        };

        Assert.Equal(DeploymentState.Succeeded, await _bed.RunAsync());

        Assert.Single(_bed.Bed.Store.Get(_bed.Id).Events, told => told.Message.StartsWith("step 1 of 4 goes on", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(InconclusivePolicy.Complete, "two", CanaryReleaseState.Completed)]
    [InlineData(InconclusivePolicy.Undo, "one", CanaryReleaseState.Undone)]
    public async Task Without_a_verdict_it_does_as_it_was_told(InconclusivePolicy policy, string served, CanaryReleaseState state)
    {
        _bed.Requests = 1;

        await _bed.RunAsync(plan => plan with { OnInconclusive = policy });

        Assert.Equal([served, served, served], _bed.Bed.Fleets.Served());
        Assert.Equal((state, "1:1:1"), (_bed.Release.State, _bed.Weights));
        Assert.Contains("too few requests", _bed.Release.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_suspended_when_somebody_says_so_and_completed_from_there()
    {
        _bed.OnLook = () =>
        {
            if (_bed.Release is { State: CanaryReleaseState.Judging, Step: 2 }) Give(CanaryOrder.Suspend);
        };
        _bed.Orders.DecisionNeeded = _ => Assert.Fail("Whoever suspended it knows.");
        var running = _bed.RunAsync();
        await SuspendedAsync();
        Assert.Equal("suspended, because root had it suspended", _bed.Release.Cause);
        Assert.Equal("it is suspended already", Give(CanaryOrder.Suspend));

        Assert.Null(Give(CanaryOrder.Complete));

        Assert.Equal(DeploymentState.Succeeded, await running);
        Assert.Equal(["two", "two", "two"], _bed.Bed.Fleets.Served());
        Assert.Equal("1:1:1", _bed.Weights);
        Assert.Contains("root had it completed while it was suspended", _bed.Release.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_back_when_somebody_says_so()
    {
        _bed.OnLook = () =>
        {
            if (_bed.Release is { State: CanaryReleaseState.Judging, Step: 3 }) Give(CanaryOrder.Undo);
        };

        Assert.Equal(DeploymentState.Stopped, await _bed.RunAsync());

        Assert.Equal(["one", "one", "one"], _bed.Bed.Fleets.Served());
        Assert.Equal((CanaryReleaseState.Undone, "1:1:1"), (_bed.Release.State, _bed.Weights));
        Assert.StartsWith("It was undone by root. Every instance serves again", _bed.Release.Cause, StringComparison.Ordinal);
        Assert.Equal("it is going back already", Give(CanaryOrder.Complete));
    }

    [Fact]
    public async Task It_goes_back_also_while_it_completes()
    {
        _bed.Bed.Fleets.OnActivate = host =>
        {
            if (host != "web-1" || _bed.Orders.UndoneBy is not null) return;
            Assert.Equal("it is completing already", Give(CanaryOrder.Suspend));
            Assert.Null(Give(CanaryOrder.Undo));
        };

        await _bed.RunAsync();

        Assert.Equal(["one", "one", "one"], _bed.Bed.Fleets.Served());
        Assert.Equal((CanaryReleaseState.Undone, "1:1:1"), (_bed.Release.State, _bed.Weights));
    }

    [Fact]
    public async Task A_stopped_release_goes_back()
    {
        using var stop = new CancellationTokenSource();
        _bed.OnLook = () =>
        {
            if (_bed.Release.State == CanaryReleaseState.Judging) stop.Cancel();
        };

        Assert.Equal(DeploymentState.Stopped, await _bed.Bed.RunUntilAsync(_bed.Request(), stop.Token));

        Assert.Equal(["one", "one", "one"], _bed.Bed.Fleets.Served());
        Assert.Equal("1:1:1", _bed.Weights);
    }

    [Fact]
    public async Task A_balancer_that_stops_suspends_the_release_and_nothing_is_lost()
    {
        var isAtStep2 = false;
        _bed.OnLook = () => isAtStep2 |= _bed.Release is { State: CanaryReleaseState.Judging, Step: 2 };
        var running = _bed.RunAsync();
        await Eventually.IsAsync(() => Volatile.Read(ref isAtStep2));
        await _bed.Balancer.StopAsync();
        await SuspendedAsync();
        Assert.Equal("suspended, because the balancer app does not answer any more", _bed.Release.Cause);
        Assert.Equal(["one", "one", "two"], _bed.Bed.Fleets.Served());

        _bed.Balancer.Restart();
        Assert.Null(Give(CanaryOrder.Resume));

        Assert.Equal(DeploymentState.Succeeded, await running);
        Assert.Equal("1:1:1", _bed.Weights);
        Assert.Equal([5, 20, 33, 50], _bed.Release.Judgements.Where(judgement => judgement.IsFinal).Select(judgement => judgement.Share));
    }

    [Fact]
    public async Task A_balancer_that_stays_away_can_be_done_without()
    {
        _bed.Requests = 1;
        var running = _bed.RunAsync();
        await SuspendedAsync();
        await _bed.Balancer.StopAsync();

        Give(CanaryOrder.Undo);

        await running;
        Assert.Equal(CanaryReleaseState.Undone, _bed.Release.State);
        Assert.Equal(["one", "one", "one"], _bed.Bed.Fleets.Served());
        Assert.Equal([1, 1, 1], _bed.Balancer.Files.ReadSettings()!.Backends.Select(backend => backend.Weight));
        _bed.Balancer.Restart();
    }

    [Fact]
    public async Task A_step_during_which_the_balancers_process_changed_is_counted_anew()
    {
        var looks = 0;
        _bed.OnLook = () =>
        {
            if (_bed.Bed.Store.ReadJournal(_bed.Id)[^1] is not { Canary.Step: 2, Kind: JournalEntryKind.Judging or JournalEntryKind.Judged }) return;
            if (++looks == 3) _bed.Balancer.Replace();
        };

        Assert.Equal(DeploymentState.Succeeded, await _bed.RunAsync());

        Assert.Contains(_bed.Bed.Store.Get(_bed.Id).Events, told => told.Message == "another process of the balancer app answers: step 2 is counted anew");
    }

    [Fact]
    public void Orders_that_cannot_be_followed_are_refused_with_the_reason()
    {
        using var orders = new CanaryOrders();
        Assert.Equal("it is not suspended", orders.TryGive(new GivenOrder(CanaryOrder.Resume, "root")));
        // Taken back before it was followed.
        Assert.Null(orders.TryGive(new GivenOrder(CanaryOrder.Suspend, "root")));
        Assert.Null(orders.TryGive(new GivenOrder(CanaryOrder.Resume, "root")));
        Assert.Equal(CanaryOrder.Resume, orders.Take()?.Order);
        Assert.Null(orders.Take());
        Assert.Null(orders.TryGive(new GivenOrder(CanaryOrder.Undo, "root")));
        Assert.True(orders.Undoing.IsCancellationRequested);
        orders.Resumed();
        Assert.Equal("it is going back already", orders.TryGive(new GivenOrder(CanaryOrder.Undo, "root")));
    }

    private string? Give(CanaryOrder order) => _bed.Orders.TryGive(new GivenOrder(order, "root"));

    private Task SuspendedAsync() => Eventually.IsAsync(() => _bed.Release.State == CanaryReleaseState.Suspended && _bed.Bed.Store.ReadJournal(_bed.Id)[^1].Kind == JournalEntryKind.Suspended);
}
