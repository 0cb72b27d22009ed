using DevOps.Core.Deployments.Journal;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments;

public sealed class EnvironmentQueueTests : IDisposable
{
    private readonly TestState _state = new();
    private readonly DeploymentStore _store;
    private readonly EnvironmentQueue _queue;

    public EnvironmentQueueTests()
    {
        _store = new DeploymentStore(_state.State);
        _queue = new EnvironmentQueue(_state.State, _store);
    }

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task A_waiting_commit_gives_way_to_a_newer_one_and_says_to_which()
    {
        await using var running = (await EnterAsync("1")).Turn;
        await using var workerOfOlder = await _store.TakeAsync("2", TestContext.Current.CancellationToken);
        await using var workerOfNewer = await _store.TakeAsync("3", TestContext.Current.CancellationToken);
        var older = EnterAsync("2");
        var newer = EnterAsync("3");

        Assert.Equal("3", (await older).SupersededBy);
        Assert.False(newer.IsCompleted);
        await running!.DisposeAsync();
        await using var turn = (await newer).Turn;
        Assert.NotNull(turn);
    }

    [Fact]
    public async Task A_commit_whose_worker_comes_up_late_gives_way_to_a_newer_one_that_had_its_turn()
    {
        await (await EnterAsync("2")).Turn!.DisposeAsync();

        Assert.Equal("2", (await EnterAsync("1")).SupersededBy);
    }

    [Fact]
    public async Task An_interrupted_deployment_that_somebody_takes_up_again_does_not_give_way()
    {
        await (await EnterAsync("2")).Turn!.DisposeAsync();

        await using var turn = (await EnterAsync("1", isAgain: true)).Turn;

        Assert.NotNull(turn);
    }

    [Fact]
    public async Task An_undo_gives_way_to_nobody()
    {
        await (await EnterAsync("2")).Turn!.DisposeAsync();

        await using var turn = (await EnterAsync("1", DeploymentKind.Undo)).Turn;

        Assert.NotNull(turn);
    }

    [Fact]
    public async Task What_a_deployment_works_on_is_refused_to_others_by_its_name()
    {
        await using var turn = (await EnterAsync("1")).Turn;

        var failure = Failing.With("EnvironmentBusy", () => _queue.Take("test"));

        Assert.Contains("1", failure.Message, StringComparison.Ordinal);
    }

    private Task<QueueResult> EnterAsync(string id, DeploymentKind kind = DeploymentKind.Deployment, bool isAgain = false)
    {
        var request = new DeploymentRequest
        {
            Id = id,
            Kind = kind,
            Environment = DeploymentBed.Environment,
            StartedBy = "tester",
            StartedAt = DateTimeOffset.UnixEpoch,
        };
        return _queue.EnterAsync(request, isAgain, _ => { }, TestContext.Current.CancellationToken);
    }
}
