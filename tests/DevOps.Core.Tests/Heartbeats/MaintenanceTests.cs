using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Instances;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Environments;
using DevOps.Core.Heartbeats;
using DevOps.Core.State;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Instances that a deployment or a restart is at work on.</summary>
public sealed class MaintenanceTests : IDisposable
{
    private static readonly CheckResult Good = CheckResult.Up("200 OK");
    private static readonly CheckResult Bad = CheckResult.Down("the connection was refused");
    private static readonly HeartbeatTarget Target = HeartbeatBed.Target(new Uri("http://10.0.0.1:8080/")) with { Name = "web-1", Group = "app", Environment = "test", Fall = 1 };

    private readonly DeploymentBed _bed = new(FakeFleets.Of("web-1", "web-2"));
    private readonly MovableTime _time = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task An_instance_is_in_maintenance_from_its_switch_until_it_serves()
    {
        var tracker = Tracker();
        Assert.Equal(HeartbeatState.Up, State(tracker, Good));
        await using var worker = await BeginAsync();
        Assert.Equal(HeartbeatState.Up, State(tracker, Good));
        Write(worker.Journal, JournalEntryKind.Switching, "web-1 is switched to r2");
        var (heartbeat, hasChanged) = Take(tracker, Bad);
        Assert.Equal((HeartbeatState.Maintenance, true), (heartbeat.State, hasChanged));
        Assert.StartsWith("web-1 is switched to r2 (deployment ", heartbeat.Cause, StringComparison.Ordinal);
        Write(worker.Journal, JournalEntryKind.Serving, "web-1 serves r2");
        Assert.Equal(HeartbeatState.Up, State(tracker, Good));
    }

    [Fact]
    public async Task Others_of_the_application_are_not_in_maintenance()
    {
        var tracker = new HeartbeatTracker(Target with { Name = "web-2" }, _time, new InstanceNotes(_bed.State, _time));
        await using var worker = await BeginAsync();
        Write(worker.Journal, JournalEntryKind.Switching, "web-1 is switched to r2");
        Assert.Equal(HeartbeatState.Down, State(tracker, Bad));
    }

    [Fact]
    public async Task What_could_not_be_brought_back_is_down()
    {
        var tracker = Tracker();
        await using var worker = await BeginAsync();
        Write(worker.Journal, JournalEntryKind.Switching, "web-1 is switched to r2");
        Write(worker.Journal, JournalEntryKind.Failing, "web-1 does not serve r2");
        Write(worker.Journal, JournalEntryKind.Restoring, "web-1 goes back to r1");
        Assert.Equal(HeartbeatState.Maintenance, State(tracker, Bad));
        Write(worker.Journal, JournalEntryKind.NotRestored, "web-1 could not be brought back");
        Assert.Equal(HeartbeatState.Down, State(tracker, Bad));
    }

    [Fact]
    public async Task A_worker_that_was_killed_hides_nothing()
    {
        var tracker = Tracker();
        await using (var worker = await BeginAsync())
        {
            Write(worker.Journal, JournalEntryKind.Switching, "web-1 is switched to r2");
            Assert.Equal(HeartbeatState.Maintenance, State(tracker, Bad));
        }

        Assert.Equal(HeartbeatState.Down, State(tracker, Bad));
    }

    [Fact]
    public async Task A_switch_that_hangs_is_no_maintenance_after_a_quarter_of_an_hour()
    {
        var tracker = Tracker();
        await using var worker = await BeginAsync();
        Write(worker.Journal, JournalEntryKind.Switching, "web-1 is switched to r2");
        Assert.Equal(HeartbeatState.Maintenance, State(tracker, Bad));
        _time.Ahead = TimeSpan.FromMinutes(16);
        Assert.Equal(HeartbeatState.Down, State(tracker, Bad));
    }

    [Fact]
    public async Task A_restart_by_hand_is_maintenance_for_as_long_as_the_turn_is_held()
    {
        var tracker = Tracker();
        await using (StateLock.TryAcquire(_bed.State, "environments", "test", "lock"))
        {
            // A process that is killed leaves its announcement behind.
            _ = EnvironmentWork.Announce(_bed.State, "test", "app", "web-1", "a restart by hand is under way");
            Assert.Equal("a restart by hand is under way", Take(tracker, Bad).Heartbeat.Cause);
        }

        Assert.Equal(HeartbeatState.Down, State(tracker, Bad));
    }

    [Fact]
    public void A_journal_that_cannot_be_read_keeps_no_check_from_going_on()
    {
        var id = _bed.Request("r2");
        _bed.State.Write(_bed.State.PathOf("environments", "test", "holder"), System.Text.Encoding.ASCII.GetBytes(id));
        _bed.State.Write(_bed.Store.JournalPath(id), "no journal\n"u8);
        Assert.Equal(HeartbeatState.Up, State(Tracker(), Good));
    }

    [Fact]
    public async Task A_heartbeat_tells_the_release_that_its_instance_serves()
    {
        var tracker = Tracker();
        Assert.Null(Take(tracker, Good).Heartbeat.Release);
        var droplet = (await FakeFleets.Of("web-1").ListAsync("web", TestContext.Current.CancellationToken))[0];
        new InstanceRecords(_bed.State).Note(droplet, new ReleaseSeal("r1", "app", "test", "c", "a", "b", 8080, new HealthCheckDefinition()));
        Assert.Equal("r1", Take(tracker, Good).Heartbeat.Release);
    }

    private HeartbeatTracker Tracker() => new(Target, _time, new InstanceNotes(_bed.State, _time));

    private HeartbeatState State(HeartbeatTracker tracker, CheckResult result) => Take(tracker, result).Heartbeat.State;

    // What is known of instances may be a few moments old.
    private (Heartbeat Heartbeat, bool HasChanged) Take(HeartbeatTracker tracker, CheckResult result)
    {
        _time.Counted += TimeSpan.FromSeconds(1);
        return tracker.Take(result);
    }

    private async Task<Worker> BeginAsync()
    {
        var id = _bed.Request("r2");
        var held = await _bed.Store.TakeAsync(id, TestContext.Current.CancellationToken);
        _bed.State.Write(_bed.State.PathOf("environments", "test", "holder"), System.Text.Encoding.ASCII.GetBytes(id));
        var journal = _bed.Store.OpenJournal(id);
        journal.Write(JournalEntryKind.Started, "begins");
        return new Worker(held, journal);
    }

    private static void Write(DeploymentJournal journal, JournalEntryKind kind, string text) =>
        journal.Write(kind, text, entry => entry with { Application = "app", Instance = "web-1", Release = "r2", Folder = "r2", Before = new InstanceBefore(null, null, false, false) });

    /// <summary>What a worker holds while it lives.</summary>
    private sealed record Worker(StateLock Held, DeploymentJournal Journal) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Journal.Dispose();
            await Held.DisposeAsync();
        }
    }

    /// <summary>The system's clock, which can be moved.</summary>
    private sealed class MovableTime : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public TimeSpan Counted { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Counted.TotalSeconds * TimestampFrequency);
    }
}
