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

    [Theory]
    [InlineData(null, ApplicationRole.Canary)]
    [InlineData(ApplicationRole.Canary, null)]
    [InlineData(ApplicationRole.Production, ApplicationRole.Canary)]
    public async Task A_waiting_commit_does_not_give_way_to_a_newer_one_for_other_instances(ApplicationRole? older, ApplicationRole? newer)
    {
        await using var running = (await EnterAsync("1")).Turn;
        await using var workerOfOlder = await _store.TakeAsync("2", TestContext.Current.CancellationToken);
        await using var workerOfNewer = await _store.TakeAsync("3", TestContext.Current.CancellationToken);
        var first = EnterAsync("2", role: older);
        var second = EnterAsync("3", role: newer);

        await running!.DisposeAsync();
        var turn = (await first).Turn;
        Assert.NotNull(turn);
        Assert.False(second.IsCompleted);
        await turn.DisposeAsync();
        await using var last = (await second).Turn;
        Assert.NotNull(last);
    }

    [Fact]
    public async Task A_waiting_commit_for_the_canaries_gives_way_to_a_newer_one_for_them()
    {
        await using var running = (await EnterAsync("1")).Turn;
        await using var workerOfOlder = await _store.TakeAsync("2", TestContext.Current.CancellationToken);
        await using var workerOfOther = await _store.TakeAsync("3", TestContext.Current.CancellationToken);
        await using var workerOfNewer = await _store.TakeAsync("4", TestContext.Current.CancellationToken);
        var older = EnterAsync("2", role: ApplicationRole.Canary);
        var other = EnterAsync("3");
        var newer = EnterAsync("4", role: ApplicationRole.Canary);

        Assert.Equal("4", (await older).SupersededBy);
        await running!.DisposeAsync();
        await (await other).Turn!.DisposeAsync();
        await using var turn = (await newer).Turn;
        Assert.NotNull(turn);
    }

    [Fact]
    public async Task A_commit_whose_worker_comes_up_late_is_not_made_pointless_by_one_for_other_instances()
    {
        await (await EnterAsync("2")).Turn!.DisposeAsync();
        await (await EnterAsync("4", role: ApplicationRole.Canary)).Turn!.DisposeAsync();

        await using var turn = (await EnterAsync("3")).Turn;
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

    private Task<QueueResult> EnterAsync(string id, DeploymentKind kind = DeploymentKind.Deployment, bool isAgain = false, ApplicationRole? role = null)
    {
        var request = new DeploymentRequest
        {
            Id = id,
            Kind = kind,
            Environment = DeploymentBed.Environment,
            Role = role,
            StartedBy = "tester",
            StartedAt = DateTimeOffset.UnixEpoch,
        };
        return _queue.EnterAsync(request, isAgain, _ => { }, TestContext.Current.CancellationToken);
    }
}
