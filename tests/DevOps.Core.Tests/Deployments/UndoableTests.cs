using DevOps.Core.Deployments;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Deployments;

/// <summary>Which deployment an undo without an id goes back behind.</summary>
public sealed class UndoableTests : IDisposable
{
    private readonly DeploymentBed _bed = new(FakeFleets.Of("web-1", "web-2"));
    private readonly DeploymentService _service;

    public UndoableTests()
    {
        _service = new DeploymentService(_bed.State);
        foreach (var release in (string[])["one", "two", "bad"]) _bed.AddRelease(release, release);
        _bed.Fleets.Behaviour = (_, folder) => folder == "bad" ? FakeBehaviour.Answers500 : FakeBehaviour.Healthy;
    }

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task It_is_the_latest_that_changed_something_and_each_further_undo_goes_back_behind_the_one_before_it()
    {
        var first = await _bed.DeployAsync("one");
        var second = await _bed.DeployAsync("two");
        await _bed.DeployAsync("two");
        await _bed.DeployAsync("bad");

        Assert.Equal(second.Id, _service.FindUndoable("test"));
        await _bed.UndoAsync(second.Id);
        Assert.Equal(first.Id, _service.FindUndoable(environment: null));
        await _bed.UndoAsync(first.Id);
        Failing.With("NothingToUndo", () => _service.FindUndoable("test"));
    }

    [Fact]
    public async Task Deployments_of_other_environments_do_not_count()
    {
        await _bed.DeployAsync("one");

        Failing.With("NothingToUndo", () => _service.FindUndoable("other"));
    }

    [Fact]
    public async Task An_undo_that_is_not_complete_leaves_it_to_be_undone()
    {
        await _bed.DeployAsync("one");
        var second = await _bed.DeployAsync("two");
        _bed.Fleets.Hosts["web-2"].IsDown = true;

        await _bed.UndoAsync(second.Id);

        Assert.Equal(second.Id, _service.FindUndoable("test"));
    }
}
