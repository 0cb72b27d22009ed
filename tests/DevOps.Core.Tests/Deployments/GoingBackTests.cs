using DevOps.Core.Deployments.Journal;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments;

/// <summary>A deployment that fails on its second host, and what may go wrong on the way back.</summary>
public sealed class GoingBackTests : IDisposable
{
    private static readonly DevOpsException NoApi = new("ApiUnreachable", FailureKind.Unavailable, "The API does not answer.", "Check the network.");

    private readonly DeploymentBed _bed = new(FakeFleets.Of("web-1", "web-2", "web-3"));

    public GoingBackTests()
    {
        _bed.AddRelease("one", "1");
        _bed.AddRelease("two", "2");
        _bed.Fleets.Behaviour = (host, folder) => host == "web-2" && folder == "two" ? FakeBehaviour.Answers500 : FakeBehaviour.Healthy;
    }

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Everything_goes_back_also_when_the_api_does_not_answer_any_more()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.OnActivate = _ => _bed.Fleets.ApiFailure = NoApi;

        var deployment = await _bed.DeployAsync("two");

        Assert.Contains("Every instance serves again what it served before.", deployment.Cause, StringComparison.Ordinal);
        Assert.Equal(["one", "one", "one"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task Taken_up_again_without_an_api_it_says_why_it_goes_back_what_has_not_and_how_to_try_again()
    {
        var id = await BreakWhileGoingBackAsync();
        _bed.Fleets.ApiFailure = NoApi;

        Assert.Equal(DeploymentState.Failed, await _bed.RunAsync(id));

        AssertNothingIsUnsaid(_bed.Store.Get(id));
        _bed.Fleets.ApiFailure = null;
        Assert.Equal(DeploymentState.Succeeded, (await _bed.UndoAsync(id)).State);
        Assert.Equal(["one", "one", "one"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task Taken_up_again_without_its_account_it_says_the_same()
    {
        var id = await BreakWhileGoingBackAsync();

        Assert.Equal(DeploymentState.Failed, await _bed.RunUntilAsync(id, _ => throw NoApi, TestContext.Current.CancellationToken));

        AssertNothingIsUnsaid(_bed.Store.Get(id));
        Assert.Equal(DeploymentState.Succeeded, (await _bed.UndoAsync(id)).State);
        Assert.Equal(["one", "one", "one"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task A_host_that_shows_another_key_keeps_no_other_host_from_going_back()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.OnActivate = host => _bed.Fleets.Hosts["web-1"].IsImpostor |= host == "web-2";

        var deployment = await _bed.DeployAsync("two");

        Assert.Contains("web-1 could not be brought back: What answers is not droplet 'web-1'.", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains($"Undo-Deployment {deployment.Id} tries again.", deployment.Cause, StringComparison.Ordinal);
        Assert.Equal(["two", "one", "one"], _bed.Fleets.Served());
    }

    [Fact]
    public async Task Nothing_is_changed_anywhere_while_a_host_shows_another_key()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.Hosts["web-3"].IsImpostor = true;

        var deployment = await _bed.DeployAsync("two");

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Contains("What answers is not droplet 'web-3'.", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", deployment.Cause, StringComparison.Ordinal);
    }

    private static void AssertNothingIsUnsaid(Deployment deployment)
    {
        Assert.Contains("/ answers 500 instead of 200", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains("The API does not answer.", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains("web-1", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains("web-2", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains($"Undo-Deployment {deployment.Id}", deployment.Cause, StringComparison.Ordinal);
    }

    // The control host dies when the first instance is about to go back.
    private async Task<string> BreakWhileGoingBackAsync()
    {
        await _bed.DeployAsync("one");
        var id = _bed.Request("two");
        var path = _bed.Store.JournalPath(id);
        byte[]? journal = null;
        FakeFleets? hosts = null;
        _bed.Fleets.OnChange = () =>
        {
            if (hosts is not null || !_bed.Store.ReadJournal(id).Any(entry => entry.Kind == JournalEntryKind.Restoring)) return;
            (journal, hosts) = (File.ReadAllBytes(path), _bed.Fleets.Copy());
        };
        await _bed.RunAsync(id);
        _bed.Fleets.OnChange = () => { };
        await File.WriteAllBytesAsync(path, journal!, TestContext.Current.CancellationToken);
        foreach (var (name, host) in hosts!.Hosts) _bed.Fleets.Hosts[name].Become(host);
        Assert.Equal(DeploymentState.Interrupted, _bed.Store.Get(id).State);
        return id;
    }
}
