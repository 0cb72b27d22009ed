using DevOps.Core;
using DevOps.Core.Canaries;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.Deployments;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Canaries;

/// <summary>Orders to the real worker of a canary release, which waits for its turn in the environment.</summary>
[Trait("Category", "Slow")]
public sealed class CanaryWorkerTests : IAsyncLifetime
{
    private readonly ServerFolder _programs = new();
    private readonly DeploymentBed _bed = new(FakeFleets.Of("web-1"));
    private CanaryReleaseService _service = null!;
    private StateLock? _turn;
    private string _id = string.Empty;

    public ValueTask InitializeAsync()
    {
        _service = new CanaryReleaseService(_bed.State, _programs.Programs);
        _turn = StateLock.TryAcquire(_bed.State, "environments", "test", "lock");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_turn is not null) await _turn.DisposeAsync();
        _bed.Dispose();
        _programs.Dispose();
    }

    [Fact]
    public async Task A_release_that_waits_can_be_undone_and_whoever_followed_it_is_told()
    {
        var following = await StartAsync();

        var undone = await _service.UndoAsync(_id, "root", new Quiet(), TestContext.Current.CancellationToken);

        Assert.Equal(CanaryReleaseState.Undone, undone.State);
        Assert.Equal("It was undone by root while it waited; nothing was changed.", undone.Cause);
        Assert.Equal(CanaryReleaseState.Undone, (await following).State);
        Assert.Equal("CanaryReleaseEnded", (await Assert.ThrowsAsync<DevOpsException>(() => _service.UndoAsync(_id, "root", new Quiet(), TestContext.Current.CancellationToken))).Id);
    }

    [Fact]
    public async Task What_the_release_cannot_do_where_it_is_is_refused()
    {
        var following = await StartAsync();

        var failure = await Assert.ThrowsAsync<DevOpsException>(() => _service.ResumeAsync(_id, "root", new Quiet(), TestContext.Current.CancellationToken));

        Assert.Equal(("CanaryOrderRefused", $"The canary release {_id} does not follow the order to resume: it is not suspended."), (failure.Id, failure.Message));
        await _service.UndoAsync(_id, "root", new Quiet(), TestContext.Current.CancellationToken);
        await following;
    }

    [Fact]
    public async Task A_release_whose_worker_was_killed_is_interrupted_and_can_be_taken_up_again()
    {
        var following = await StartAsync();
        using (var worker = new AdministrationClient(ServerFiles.For(_bed.State, DeploymentService.Role, _id).SocketFile))
        {
            System.Diagnostics.Process.GetProcessById((await worker.GetStatusAsync(TestContext.Current.CancellationToken))!.ProcessId).Kill();
        }

        Assert.Equal(CanaryReleaseState.Interrupted, (await following).State);
        Assert.Equal("CanaryReleaseInterrupted", (await Assert.ThrowsAsync<DevOpsException>(() => _service.SuspendAsync(_id, "root", new Quiet(), TestContext.Current.CancellationToken))).Id);

        // Without an account it cannot begin; but another worker has taken it up.
        await _turn!.DisposeAsync();
        _turn = null;
        var resumed = await _service.ResumeAsync(_id, "root", new Quiet(), TestContext.Current.CancellationToken);

        Assert.Equal(CanaryReleaseState.Failed, resumed.State);
        Assert.Contains(_bed.Store.ReadJournal(_id), entry => entry.Kind == JournalEntryKind.Started);
    }

    private async Task<Task<CanaryRelease>> StartAsync()
    {
        _bed.AddRelease("one", "1");
        var request = new DeploymentRequest
        {
            Id = _id = _bed.Store.NewId(),
            Kind = DeploymentKind.CanaryRelease,
            Environment = DeploymentBed.Environment,
            Application = "app",
            Release = "one",
            Fleet = "web",
            Canary = new CanaryPlan
            {
                Balancer = "app",
                Steps = [50],
                StepTime = TimeSpan.FromSeconds(1),
                MaxWait = TimeSpan.FromSeconds(10),
                Limits = new CanaryLimits(),
                OnInconclusive = InconclusivePolicy.Suspend,
            },
            StartedBy = "tester",
            StartedAt = DateTimeOffset.UtcNow,
        };
        var following = Task.Run(() => _service.StartAsync(request, new Quiet(), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await Eventually.IsAsync(() => _bed.Store.ReadJournal(_id).Any(entry => entry.Kind == JournalEntryKind.Waiting));
        return following;
    }
}
