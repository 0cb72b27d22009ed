using DevOps.Core.Releases;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments;

[Trait("Category", "Slow")]
public sealed class RollingUpdateTests : IDisposable
{
    private readonly DeploymentBed _bed = new(FakeFleets.Of("web-1", "web-2", "web-3"));

    public RollingUpdateTests()
    {
        _bed.AddRelease("one", "1");
        _bed.AddRelease("two", "2");
        _bed.AddRelease("same", "2");
    }

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task The_first_release_comes_to_all_hosts()
    {
        var deployment = await _bed.DeployAsync("one");

        Assert.Equal(DeploymentState.Succeeded, deployment.State);
        Assert.Equal(["one", "one", "one"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task An_update_keeps_all_but_one_serving()
    {
        await _bed.DeployAsync("one");
        var serving = new List<int>();
        _bed.Fleets.OnChange = () => serving.Add(_bed.Fleets.Hosts.Values.Count(host => host.IsRunning));

        await _bed.DeployAsync("two");

        Assert.Equal(["two", "two", "two"], _bed.Fleets.Served());
        Assert.Equal(2, serving.Min());
    }

    [Fact]
    public async Task A_success_removes_old_releases_from_the_control_host_but_none_that_a_host_holds()
    {
        await _bed.DeployAsync("one");
        for (var number = 1; number <= 7; number++) _bed.AddRelease($"spare-{number}", $"spare {number}");

        await _bed.DeployAsync("two");

        var kept = new ReleaseStore(_bed.State).List().Select(release => release.Id).ToArray();
        Assert.Contains("one", kept);
        Assert.Contains("two", kept);
        Assert.Equal(DeploymentBed.Application.KeepReleases + 2, kept.Length);
    }

    [Fact]
    public async Task The_same_again_restarts_nothing_and_says_so()
    {
        await _bed.DeployAsync("two");
        var starts = Starts();

        var deployment = await _bed.DeployAsync("same");

        Assert.Equal(DeploymentState.Succeeded, deployment.State);
        Assert.Equal(starts, Starts());
        Assert.Contains(deployment.Events, told => told.Message == "web-1 serves two, which holds the same as same");
    }

    [Fact]
    public async Task The_same_again_is_restarted_when_forced()
    {
        await _bed.DeployAsync("two");
        var starts = Starts();

        await _bed.DeployAsync("two", request => request with { Force = true });

        Assert.Equal(starts.Select(count => count + 1), Starts());
    }

    [Theory]
    [InlineData(nameof(FakeBehaviour.ExitsAtOnce), "app.service failed: exit status 3")]
    [InlineData(nameof(FakeBehaviour.Answers500), "/ answers 500 instead of 200")]
    [InlineData(nameof(FakeBehaviour.NeverListens), "nobody listens on port 8080")]
    [InlineData(nameof(FakeBehaviour.ExitsForItsPortIsHeld), "app.service failed: exit status 1; port 8080 is held by process 7 (old), which does not belong to app.service")]
    [InlineData(nameof(FakeBehaviour.PortIsHeld), "port 8080 is held by process 7 (old), which does not belong to app.service")]
    public async Task A_release_that_does_not_serve_is_undone_everywhere(string behaviour, string cause)
    {
        await _bed.DeployAsync("one");
        // It works on the first host and fails on the second.
        _bed.Fleets.Behaviour = (host, folder) => host == "web-2" && folder == "two" ? Enum.Parse<FakeBehaviour>(behaviour) : FakeBehaviour.Healthy;

        var deployment = await _bed.DeployAsync("two");

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Contains("web-2 does not serve release two of app", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains(cause, deployment.Cause, StringComparison.Ordinal);
        Assert.Contains("the last line of the unit", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains("Every instance serves again what it served before.", deployment.Cause, StringComparison.Ordinal);
        Assert.Equal(["one", "one", "one"], _bed.Fleets.Served());
        Assert.Contains(("two", false), _bed.Fleets.Hosts["web-2"].History);
    }

    [Fact]
    public async Task A_first_release_that_does_not_serve_leaves_nothing_behind()
    {
        _bed.Fleets.Behaviour = (_, _) => FakeBehaviour.ExitsAtOnce;

        var deployment = await _bed.DeployAsync("one");

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Equal(["-", "-", "-"], _bed.Fleets.Served());
        Assert.All(_bed.Fleets.Hosts.Values, host => Assert.Null(host.Current));
    }

    [Fact]
    public async Task On_failure_stop_leaves_what_was_updated()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.Behaviour = (host, folder) => host == "web-2" && folder == "two" ? FakeBehaviour.Answers500 : FakeBehaviour.Healthy;

        var deployment = await _bed.DeployAsync("two", request => request with { OnFailure = FailurePolicy.Stop });

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Equal(["two", "two", "one"], _bed.Fleets.Served());
        Assert.Contains("web-1, web-2", deployment.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_down_leaves_no_room_for_an_update()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.Hosts["web-3"].IsDown = true;
        var starts = Starts();

        var deployment = await _bed.DeployAsync("two");

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Contains("web-3", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", deployment.Cause, StringComparison.Ordinal);
        Assert.Equal(starts, Starts());
        Assert.DoesNotContain("two", _bed.Fleets.Hosts["web-1"].Sealed.Keys);
    }

    [Fact]
    public async Task A_host_that_is_down_stays_behind_when_more_may_be_unavailable()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.Hosts["web-3"].IsDown = true;

        var deployment = await _bed.DeployAsync("two", request => request with { MaxUnavailable = 2 });

        Assert.Equal(DeploymentState.Succeeded, deployment.State);
        Assert.Equal(["two", "two", "one"], _bed.Fleets.Served());
        Assert.Contains("left behind: web-3", deployment.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_goes_down_in_the_middle_stops_the_update_and_the_others_go_back()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.OnActivate = host => _bed.Fleets.Hosts["web-3"].IsDown |= host == "web-1";

        var deployment = await _bed.DeployAsync("two");

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Contains("web-3", deployment.Cause, StringComparison.Ordinal);
        Assert.Equal(["one", "one", "one"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task A_connection_that_is_lost_in_the_middle_is_opened_anew()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.OnActivate = host =>
        {
            if (host == "web-1") _bed.Fleets.Hosts["web-3"].Connections++;
        };

        var deployment = await _bed.DeployAsync("two");

        Assert.Equal(DeploymentState.Succeeded, deployment.State);
        Assert.Equal(["two", "two", "two"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task What_does_not_serve_anyway_can_always_be_mended()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.Behaviour = (_, folder) => folder == "one" ? FakeBehaviour.Answers500 : FakeBehaviour.Healthy;

        var deployment = await _bed.DeployAsync("two");

        Assert.Equal(DeploymentState.Succeeded, deployment.State);
        Assert.Equal(["two", "two", "two"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task A_stopped_deployment_goes_back()
    {
        await _bed.DeployAsync("one");
        using var stop = new CancellationTokenSource();
        _bed.Fleets.OnActivate = host =>
        {
            if (host == "web-2") stop.Cancel();
        };

        var id = _bed.Request("two");
        var state = await _bed.RunUntilAsync(id, stop.Token);

        Assert.Equal(DeploymentState.Stopped, state);
        Assert.Equal(["one", "one", "one"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task Undoing_brings_back_what_was_served_before()
    {
        await _bed.DeployAsync("one");
        var deployment = await _bed.DeployAsync("two");

        var undo = await _bed.UndoAsync(deployment.Id);

        Assert.Equal(DeploymentState.Succeeded, undo.State);
        Assert.Equal(["one", "one", "one"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task What_was_gone_back_to_stays_on_the_hosts_until_something_else_served_well()
    {
        await _bed.DeployAsync("one");
        var deployment = await _bed.DeployAsync("two");
        await _bed.UndoAsync(deployment.Id);
        _bed.AddRelease("three", "3");

        await _bed.DeployAsync("three");

        Assert.All(_bed.Fleets.Hosts.Values, host =>
        {
            Assert.Equal(["one"], host.Kept!.Needed);
            Assert.Equal([("one", true), ("two", true), ("one", true), ("three", true)], host.History);
        });
    }

    [Fact]
    public async Task Undoing_goes_on_with_other_hosts_when_one_is_down_and_says_so()
    {
        await _bed.DeployAsync("one");
        var deployment = await _bed.DeployAsync("two");
        _bed.Fleets.Hosts["web-2"].IsDown = true;

        var undo = await _bed.UndoAsync(deployment.Id);

        Assert.Equal(DeploymentState.Failed, undo.State);
        Assert.Contains("web-2 could not be brought back", undo.Cause, StringComparison.Ordinal);
        Assert.Equal(["one", "two", "one"], _bed.Fleets.Served());
    }

    private int[] Starts() => [.. _bed.Fleets.Hosts.OrderBy(host => host.Key, StringComparer.Ordinal).Select(host => host.Value.Starts)];
}
