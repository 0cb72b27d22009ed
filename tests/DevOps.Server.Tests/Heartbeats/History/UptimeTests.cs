using DevOps.Model;

namespace DevOps.Server.Tests.Heartbeats.History;

public sealed class UptimeTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Uptime_is_the_time_up_and_degraded_in_the_time_up_degraded_and_down()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, 6 * Minute);
        bed.Watch(HeartbeatState.Degraded, 1 * Minute);
        bed.Watch(HeartbeatState.Down, 3 * Minute);
        var history = await bed.GetAsync();
        Assert.Equal((6 * Minute, 1 * Minute, 3 * Minute), (history!.Up, history.Degraded, history.Down));
        Assert.Equal(70.0, history.Uptime);
    }

    [Fact]
    public async Task Maintenance_and_unknown_do_not_count()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Unknown, 2 * Minute);
        bed.Watch(HeartbeatState.Up, 3 * Minute);
        bed.Watch(HeartbeatState.Maintenance, 4 * Minute);
        bed.Watch(HeartbeatState.Down, 1 * Minute);
        var history = await bed.GetAsync();
        Assert.Equal((2 * Minute, 4 * Minute), (history!.Unknown, history.Maintenance));
        Assert.Equal(75.0, history.Uptime);
    }

    [Fact]
    public async Task The_times_of_a_period_add_up_to_it()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, 5 * Minute);
        bed.Watch(HeartbeatState.Down, 5 * Minute);
        var (from, to) = (HistoryBed.Start - Minute, HistoryBed.Start + (7.5 * Minute));
        var history = await bed.Store.GetAsync(HistoryBed.Key(), from, to, Ct);
        Assert.Equal(to - from, history!.Up + history.Degraded + history.Down + history.Maintenance + history.Unknown);
        Assert.Equal((1 * Minute, 5 * Minute, 2.5 * Minute), (history.Unknown, history.Up, history.Down));
    }

    [Fact]
    public async Task The_future_is_left_out()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, 1 * Minute);
        var history = await bed.Store.GetAsync(HistoryBed.Key(), HistoryBed.Start, HistoryBed.Start.AddDays(1), Ct);
        Assert.Equal((bed.Time.GetUtcNow(), 1 * Minute, TimeSpan.Zero), (history!.To, history.Up, history.Unknown));
    }

    [Fact]
    public async Task What_was_neither_up_degraded_nor_down_has_no_uptime()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Maintenance, 1 * Minute);
        Assert.Null((await bed.GetAsync())!.Uptime);
        Assert.Null((await bed.Store.UptimesAsync(HistoryBed.Start, bed.Time.GetUtcNow(), Ct))[HistoryBed.Key()]);
    }

    [Fact]
    public async Task What_was_never_watched_has_no_history()
    {
        await using var bed = new HistoryBed();
        Assert.Null(await bed.GetAsync("nobody"));
        Assert.Empty(await bed.Store.LineAsync(HistoryBed.Key("nobody"), HistoryBed.Start, HistoryBed.Start.AddDays(1), 10, Ct));
    }

    [Fact]
    public async Task A_target_is_unknown_from_its_last_check_to_the_next_when_its_checks_fail_to_come()
    {
        await using var bed = new HistoryBed();
        bed.Store.Interval = TimeSpan.FromSeconds(10);
        bed.Watch(HeartbeatState.Up, 10 * Minute);
        // The machine sleeps: no timer rings, and the clock is another.
        var asleep = TimeSpan.FromHours(8);
        bed.Time.AdjustTime(bed.Time.GetUtcNow() + asleep);
        bed.Watch(HeartbeatState.Up, 10 * Minute);
        var history = await bed.GetAsync();
        Assert.Equal((asleep + TimeSpan.FromSeconds(10), 100.0), (history!.Unknown, history.Uptime));
    }

    [Fact]
    public async Task A_target_that_is_no_longer_checked_is_unknown_since_its_last_check()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, 10 * Minute, "removed");
        bed.Watch(HeartbeatState.Up, 60 * Minute, "other");
        var history = await bed.GetAsync("removed");
        Assert.Equal(TimeSpan.FromSeconds(590), history!.Up);
        Assert.Equal(70 * Minute, (await bed.GetAsync("other"))!.Up + (10 * Minute));
    }

    [Fact]
    public async Task Checks_that_come_while_the_history_looks_at_its_clock_leave_no_gap()
    {
        await using var bed = new HistoryBed();
        bed.Store.Interval = TimeSpan.FromSeconds(10);
        bed.Watch(HeartbeatState.Up, Minute);
        await bed.Store.FlushAsync();
        bed.Time.InterruptNextReader(() =>
        {
            for (var check = 0; check < 18; check++)
            {
                bed.Check(HeartbeatState.Up);
                bed.Time.AdjustTime(bed.Time.GetUtcNow().AddSeconds(10));
            }
        });
        await bed.Store.FlushAsync();
        Assert.Equal(4 * Minute, (await bed.GetAsync())!.Up);
    }

    [Fact]
    public async Task Checks_that_are_seldom_are_learnt_and_no_gap()
    {
        await using var bed = new HistoryBed();
        for (var hour = 0; hour < 10; hour++)
        {
            bed.Check(HeartbeatState.Up);
            bed.Time.Advance(TimeSpan.FromHours(1));
        }

        var history = await bed.GetAsync();
        // A change never stands in the same millisecond as the one before it.
        Assert.InRange(history!.Unknown, TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1), TimeSpan.FromHours(2));
        Assert.Equal(100, history.Uptime);
    }

    [Fact]
    public async Task The_uptimes_of_all_targets_are_those_of_their_histories_also_of_one_that_changes_all_the_time()
    {
        await using var bed = new HistoryBed();
        for (var round = 0; round < 200; round++)
        {
            bed.Check(HeartbeatState.Up, "steady");
            bed.Watch(round % 3 == 0 ? HeartbeatState.Down : HeartbeatState.Up, TimeSpan.FromSeconds(20), "flapping");
        }

        foreach (var from in (DateTimeOffset[])[HistoryBed.Start, HistoryBed.Start.AddMinutes(7), HistoryBed.Start.AddMinutes(65)])
        {
            var uptimes = await bed.Store.UptimesAsync(from, bed.Time.GetUtcNow(), Ct);
            var histories = await bed.Store.ListAsync(from, bed.Time.GetUtcNow(), Ct);
            Assert.Equal(["flapping", "steady"], histories.Select(history => history.Target));
            foreach (var history in histories) Assert.Equal(history.Uptime, uptimes[HistoryBed.Key(history.Target)]);
        }
    }
}
