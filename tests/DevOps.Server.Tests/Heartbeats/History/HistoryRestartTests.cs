using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Heartbeats.History;
using Microsoft.Data.Sqlite;

namespace DevOps.Server.Tests.Heartbeats.History;

/// <summary>What is still known after a process ended, however it did.</summary>
[Trait("Category", "Slow")]
public sealed class HistoryRestartTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_time_in_which_no_process_ran_is_unknown()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Down, 5 * Minute);
        await bed.RestartAsync(30 * Minute);
        bed.Watch(HeartbeatState.Up, 15 * Minute);
        var history = await bed.GetAsync();
        Assert.Equal((5 * Minute, 30 * Minute, 15 * Minute), (history!.Down, history.Unknown, history.Up));
        Assert.Equal(HistoryBed.Start + (5 * Minute), Assert.Single(history.Incidents).Ended);
        Assert.Equal(75.0, (await bed.Store.UptimesAsync(HistoryBed.Start, bed.Time.GetUtcNow(), Ct))[HistoryBed.Key()]);
    }

    [Fact]
    public async Task A_restart_within_a_minute_loses_and_doubles_no_check()
    {
        await using var bed = new HistoryBed();
        for (var run = 0; run < 5; run++)
        {
            bed.Watch(HeartbeatState.Up, TimeSpan.FromSeconds(100), milliseconds: run + 1);
            await bed.RestartAsync(TimeSpan.Zero);
        }

        var (from, to) = (HistoryBed.Start, bed.Time.GetUtcNow());
        Assert.Equal(50, (await bed.GetAsync())!.Checks);
        Assert.All(await bed.Store.LineAsync(HistoryBed.Key(), from, to, 50, Ct), point => Assert.NotNull(point.Latency));
    }

    [Fact]
    public async Task After_a_kill_nothing_but_the_last_seconds_is_missing_and_what_followed_is_unknown()
    {
        using var folder = new TestState();
        using var writer = await HistoryProcess.StartAsync(folder.State);
        var killed = await writer.KillAfterAsync(TimeSpan.FromSeconds(7));
        await Task.Delay(TimeSpan.FromSeconds(1), Ct);
        var restarted = DateTimeOffset.UtcNow;
        await using var store = HistoryStore.Open(folder.State, HistoryLimits.Usual, TimeProvider.System, notice => Assert.Null(notice));
        var history = Assert.Single(await store.ListAsync(killed.AddMinutes(-1), restarted, Ct));
        // Five seconds from flush to flush, and a slow machine.
        Assert.InRange(history.Up, TimeSpan.FromSeconds(1.5), TimeSpan.FromMinutes(1));
        Assert.True(history.Checks > 20, $"{history.Checks} checks are left.");
        Assert.Empty(history.Incidents);
        var after = await store.GetAsync(HistoryProcess.Key, killed, restarted, Ct);
        Assert.Equal((restarted - killed).TotalSeconds, after!.Unknown.TotalSeconds, 0.01);
    }

    [Fact]
    public async Task A_change_is_in_the_file_at_once()
    {
        await using var bed = new HistoryBed();
        bed.Check(HeartbeatState.Down, hasChanged: true);
        await Eventually.IsAsync(() => bed.Number("SELECT count(*) FROM changes WHERE state = 3") == 1);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_put_aside_and_a_new_one_begun()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, Minute);
        await bed.Store.DisposeAsync();
        await File.WriteAllTextAsync(bed.File, new string('x', 10_000), Ct);
        await bed.RestartAsync(TimeSpan.Zero);
        var notice = Assert.Single(bed.Notices);
        Assert.Contains("history.db.damaged-20260301120100", notice, StringComparison.Ordinal);
        Assert.True(File.Exists(bed.File + ".damaged-20260301120100"));
        bed.Watch(HeartbeatState.Up, Minute);
        Assert.Equal(Minute, (await bed.GetAsync())!.Up);
    }

    [Fact]
    public async Task A_file_that_is_damaged_while_it_is_written_is_put_aside_and_the_targets_go_on_as_they_were()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Down, Minute);
        await bed.Store.FlushAsync();
        // Behind the writer's back, a table is gone.
        using (var connection = new SqliteConnection($"Data Source={bed.File};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TABLE changes";
            command.ExecuteNonQuery();
        }

        bed.Watch(HeartbeatState.Up, Minute);
        await bed.Store.FlushAsync();
        Assert.Contains(bed.Notices, notice => notice?.Contains("put aside", StringComparison.Ordinal) == true);
        var history = await bed.GetAsync();
        Assert.Equal((Minute, Minute), (history!.Down, history.Up));
        Assert.Equal(2, bed.Number("SELECT count(*) FROM changes"));
    }

    [Fact]
    public async Task A_file_that_somebody_deleted_is_begun_anew()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, Minute);
        await bed.Store.FlushAsync();
        File.Delete(bed.File);
        bed.Watch(HeartbeatState.Up, Minute);
        await bed.Store.FlushAsync();
        Assert.Equal(1, bed.Number("SELECT count(*) FROM targets"));
        Assert.Equal(2 * Minute, (await bed.GetAsync())!.Up);
    }

    [Fact]
    public async Task Readers_see_what_a_writer_has_written_while_it_writes_on()
    {
        await using var bed = new HistoryBed();
        await bed.Store.FlushAsync();
        await using var first = HistoryStore.OpenForReading(bed.State, bed.Time)!;
        await using var second = HistoryStore.OpenForReading(bed.State, bed.Time)!;
        for (var round = 1; round <= 20; round++)
        {
            bed.Watch(HeartbeatState.Up, 3.5 * Minute);
            await bed.Store.FlushAsync();
            var (from, to) = (HistoryBed.Start, bed.Time.GetUtcNow());
            var own = await bed.GetAsync();
            var writing = Task.Run(() => bed.Watch(HeartbeatState.Down, Minute, "other"), Ct);
            foreach (var reader in (HistoryStore[])[first, second])
            {
                var read = await reader.GetAsync(HistoryBed.Key(), from, to, Ct);
                Assert.Equal((own!.Up, own.Checks, own.LatencyP50), (read!.Up, read.Checks, read.LatencyP50));
                Assert.Equal(own.Uptime, (await reader.UptimesAsync(from, to, Ct))[HistoryBed.Key()]);
            }

            await writing;
        }
    }

    [Fact]
    public async Task When_no_monitor_runs_a_target_is_unknown_since_it_ended()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Down, 5 * Minute);
        await bed.Store.DisposeAsync();
        bed.Time.Advance(5 * Minute);
        await using var reader = HistoryStore.OpenForReading(bed.State, bed.Time)!;
        var history = Assert.Single(await reader.ListAsync(HistoryBed.Start, bed.Time.GetUtcNow(), Ct));
        Assert.Equal((5 * Minute, 5 * Minute), (history.Down, history.Unknown));
        Assert.Equal(HistoryBed.Start + (5 * Minute), Assert.Single(history.Incidents).Ended);
    }

    [Fact]
    public void Without_a_file_there_is_nothing_to_read()
    {
        using var folder = new TestState();
        Assert.Null(HistoryStore.OpenForReading(folder.State, TimeProvider.System));
    }

    [Fact]
    public async Task The_file_is_for_its_owner_alone()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no file modes.");
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, Minute);
        await bed.Store.FlushAsync();
        foreach (var file in (ReadOnlySpan<string>)[bed.File, bed.File + "-wal", bed.File + "-shm"])
        {
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }
}
