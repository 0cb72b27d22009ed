using DevOps.Model;
using DevOps.Server.Heartbeats.History;

namespace DevOps.Server.Tests.Heartbeats.History;

/// <summary>How much is kept, and of what.</summary>
[Trait("Category", "Slow")]
public sealed class HistoryLimitTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Single_checks_and_minutes_are_kept_as_long_as_the_limits_say()
    {
        await using var bed = new HistoryBed(HistoryLimits.Usual with { Raw = 10 * Minute, Minutes = TimeSpan.FromHours(2) });
        bed.Watch(HeartbeatState.Up, 5 * 60 * Minute);
        await bed.Store.FlushAsync();
        Assert.InRange(bed.Number("SELECT count(*) FROM raw"), 9, 11);
        Assert.InRange(bed.Number("SELECT count(*) FROM hours"), 2, 3);
        Assert.Equal(5 * 60 * Minute, (await bed.GetAsync())!.Up);
    }

    [Fact]
    public async Task Without_single_checks_a_fine_line_shows_the_minutes_medians()
    {
        await using var bed = new HistoryBed(HistoryLimits.Usual with { Raw = Minute });
        bed.Watch(HeartbeatState.Up, 20 * Minute);
        await bed.Store.FlushAsync();
        var line = await bed.Store.LineAsync(HistoryBed.Key(), HistoryBed.Start, HistoryBed.Start + (5 * Minute), 30, Ct);
        Assert.All(line, point => Assert.NotNull(point.Latency));
    }

    [Fact]
    public async Task Of_the_changes_that_are_too_old_the_last_one_stays_because_it_still_holds()
    {
        await using var bed = new HistoryBed(HistoryLimits.Usual with { Changes = TimeSpan.FromHours(1) });
        foreach (var state in (ReadOnlySpan<HeartbeatState>)[HeartbeatState.Up, HeartbeatState.Down, HeartbeatState.Up]) bed.Watch(state, Minute);
        bed.Watch(HeartbeatState.Up, 120 * Minute);
        await bed.Store.FlushAsync();
        Assert.Equal(1, bed.Number("SELECT count(*) FROM changes"));
        await bed.RestartAsync(TimeSpan.Zero);
        bed.Check(HeartbeatState.Up);
        var history = await bed.Store.GetAsync(HistoryBed.Key(), HistoryBed.Start + (60 * Minute), HistoryBed.Start + (120 * Minute), Ct);
        Assert.Equal(60 * Minute, history!.Up);
    }

    [Fact]
    public async Task A_target_that_is_gone_for_longer_than_anything_is_kept_goes_too()
    {
        await using var bed = new HistoryBed(HistoryLimits.Usual with { Minutes = TimeSpan.FromHours(1), Changes = TimeSpan.FromHours(2) });
        bed.Watch(HeartbeatState.Up, Minute, "gone");
        bed.Watch(HeartbeatState.Up, 180 * Minute, "here");
        await bed.Store.FlushAsync();
        await bed.Store.FlushAsync();
        Assert.Equal(["here"], (await bed.Store.ListAsync(HistoryBed.Start, bed.Time.GetUtcNow(), Ct)).Select(history => history.Target));
        Assert.Equal(1, bed.Number("SELECT count(*) FROM targets"));
    }

    [Fact]
    public async Task A_file_that_has_become_too_large_loses_the_oldest_single_checks_first_and_says_so()
    {
        const long Limit = 1024 * 1024;
        await using var bed = new HistoryBed(HistoryLimits.Usual with { Bytes = Limit });
        for (var beat = 0; beat < 600; beat++)
        {
            for (var target = 0; target < 300; target++) bed.Check(beat % 100 == 50 ? HeartbeatState.Down : HeartbeatState.Up, $"web-{target}", milliseconds: 1 + ((target * 31 + beat * 7) % 500));
            bed.Time.Advance(TimeSpan.FromSeconds(5));
            if (beat % 20 == 0) await bed.Store.FlushAsync();
        }

        await bed.Store.FlushAsync();
        Assert.InRange(bed.Number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"), 1, Limit);
        Assert.Contains("as large as it may be (1 MB)", bed.Notices.Last(), StringComparison.Ordinal);
        Assert.Equal(600, (await bed.GetAsync("web-7"))!.Checks);
        Assert.Equal(6, (await bed.GetAsync("web-7"))!.Incidents.Count);
    }

    [Fact]
    public async Task A_file_of_changes_alone_loses_the_oldest_of_them_when_it_is_too_large()
    {
        const long Limit = 1024 * 1024;
        await using var bed = new HistoryBed(HistoryLimits.Usual with { Bytes = Limit });
        for (var round = 0; round < 6_000; round++)
        {
            bed.Check(round % 2 == 0 ? HeartbeatState.Down : HeartbeatState.Up, cause: new string('c', 300));
            bed.Time.Advance(TimeSpan.FromSeconds(1));
            if (round % 500 == 0) await bed.Store.FlushAsync();
        }

        await bed.Store.FlushAsync();
        Assert.InRange(bed.Number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"), 1, Limit);
        Assert.InRange(bed.Number("SELECT count(*) FROM changes"), 200, 5_900);
        Assert.Contains("the oldest changes", bed.Notices.Last(), StringComparison.Ordinal);
        var recent = await bed.Store.GetAsync(HistoryBed.Key(), bed.Time.GetUtcNow().AddSeconds(-100), bed.Time.GetUtcNow(), Ct);
        Assert.Equal(50.0, recent!.Uptime);
    }

    [Fact]
    public async Task While_a_clock_that_was_set_back_has_not_caught_up_all_counts_as_of_the_latest_time()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, 30 * Minute);
        await bed.Store.FlushAsync();
        // FakeTimeProvider cannot go back: these are the checks of a clock that was set back by twenty minutes.
        foreach (var (minutes, state) in (ReadOnlySpan<(int, HeartbeatState)>)[(10, HeartbeatState.Up), (11, HeartbeatState.Down), (12, HeartbeatState.Up)])
        {
            bed.Store.Take(HistoryBed.Beat("web", state, HistoryBed.Start + (minutes * Minute), TimeSpan.FromMilliseconds(5)), hasChanged: true);
        }

        bed.Watch(HeartbeatState.Up, 30 * Minute);
        await bed.Store.FlushAsync();
        var history = await bed.GetAsync();
        Assert.Equal(60 * Minute, history!.Up + history.Down);
        Assert.Equal(363, history.Checks);
        var incident = Assert.Single(history.Incidents);
        Assert.InRange(incident.Ended!.Value - incident.Began, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2));
        Assert.All(await bed.Store.LineAsync(HistoryBed.Key(), HistoryBed.Start, bed.Time.GetUtcNow(), 60, Ct), point => Assert.NotNull(point.Latency));
    }

    [Fact]
    public async Task A_process_whose_clock_is_behind_the_file_goes_on_from_the_latest_time_in_it()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, 30 * Minute);
        await bed.Store.DisposeAsync();
        var behind = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(HistoryBed.Start + (10 * Minute));
        await using (var store = HistoryStore.Open(bed.State, bed.Limits, behind, bed.Notices.Enqueue))
        {
            store.Take(HistoryBed.Beat("web", HeartbeatState.Down, behind.GetUtcNow()), hasChanged: true);
            await store.FlushAsync();
        }

        await bed.RestartAsync(10 * Minute);
        var history = await bed.GetAsync();
        Assert.Equal((30 * Minute, 40 * Minute), (history!.Up, history.Up + history.Down + history.Unknown));
        Assert.Empty(bed.Notices);
    }

    [Theory]
    [InlineData("'; DROP TABLE changes; --")]
    [InlineData("\"quoted\" `ticks` [brackets]")]
    [InlineData("zero\0inside")]
    [InlineData("half a character \uD83D")]
    [InlineData("$0 @name :name ?1")]
    [InlineData("%_*? \r\n\t 名前")]
    public async Task A_name_is_data_whatever_it_looks_like(string name)
    {
        await using var bed = new HistoryBed();
        bed.Store.Take(Beat(name, HistoryBed.Start), hasChanged: true);
        await bed.RestartAsync(Minute);
        bed.Store.Take(Beat(name, bed.Time.GetUtcNow()), hasChanged: true);
        await bed.RestartAsync(Minute);
        var history = await bed.Store.GetAsync(DevOps.Core.Heartbeats.HeartbeatKey.Of(Beat(name, HistoryBed.Start)), HistoryBed.Start, bed.Time.GetUtcNow(), Ct);
        Assert.Equal(2, history!.Checks);
        Assert.Equal(name.Replace('\0', '\uFFFD').Replace('\uD83D', '\uFFFD'), history.Target);
        Assert.Equal(1, bed.Number("SELECT count(*) FROM targets"));

        static Heartbeat Beat(string name, DateTimeOffset at) => new(name, name, HeartbeatState.Down, null, name, name, at, at, new Uri("http://web.example/")) { Environment = name };
    }

    [Fact]
    public async Task Text_that_is_too_long_is_cut()
    {
        await using var bed = new HistoryBed();
        var endless = new string('z', 1024 * 1024);
        bed.Store.Take(new Heartbeat(endless, endless, HeartbeatState.Down, null, endless, endless, HistoryBed.Start, HistoryBed.Start, new Uri("http://web.example/")), hasChanged: true);
        bed.Store.Take(new Heartbeat(endless + "2", endless, HeartbeatState.Up, null, endless, endless, HistoryBed.Start, HistoryBed.Start, new Uri("http://web.example/" + endless[..50_000])), hasChanged: true);
        await bed.RestartAsync(TimeSpan.Zero);
        var histories = await bed.Store.ListAsync(HistoryBed.Start.AddMinutes(-1), HistoryBed.Start.AddMinutes(1), Ct);
        Assert.Equal(2, histories.Count);
        Assert.All(histories, history => Assert.Equal((64, 64), (history.Target.Length, history.Group!.Length)));
        Assert.Equal(300, bed.Number("SELECT max(length(cause)) FROM changes"));
        Assert.Equal(300, bed.Number("SELECT max(length(evidence)) FROM changes"));
        Assert.InRange(new FileInfo(bed.File).Length, 1, 200_000);
    }
}
