using DevOps.Core.Balancing;
using DevOps.Model;

namespace DevOps.Server.Tests.Heartbeats.History;

public sealed class LatencyTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Percentiles_are_those_of_all_checks_whether_they_are_written_or_not(bool isFlushed)
    {
        await using var bed = new HistoryBed();
        for (var check = 1; check <= 100; check++)
        {
            bed.Check(HeartbeatState.Up, milliseconds: check);
            bed.Time.Advance(TimeSpan.FromSeconds(1));
        }

        if (isFlushed) await bed.Store.FlushAsync();
        var history = await bed.GetAsync();
        Assert.Equal(100, history!.Checks);
        Assert.Equal((Bucket(50), Bucket(95), Bucket(99)), (history.LatencyP50, history.LatencyP95, history.LatencyP99));
    }

    [Fact]
    public async Task A_check_that_is_not_answered_counts_and_has_no_latency()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Down, Minute);
        var history = await bed.GetAsync();
        Assert.Equal((6, null), (history!.Checks, history.LatencyP50));
    }

    [Fact]
    public async Task A_line_shows_the_worst_state_and_the_median_of_each_slice()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, 10 * Minute, milliseconds: 10);
        bed.Watch(HeartbeatState.Degraded, 5 * Minute, milliseconds: 900);
        bed.Watch(HeartbeatState.Up, 5 * Minute, milliseconds: 20);
        bed.Watch(HeartbeatState.Maintenance, 10 * Minute);
        bed.Watch(HeartbeatState.Down, 10 * Minute);
        await bed.Store.FlushAsync();
        var line = await bed.Store.LineAsync(HistoryBed.Key(), HistoryBed.Start - (10 * Minute), bed.Time.GetUtcNow(), 5, Ct);
        Assert.Equal([HeartbeatState.Unknown, HeartbeatState.Up, HeartbeatState.Degraded, HeartbeatState.Maintenance, HeartbeatState.Down], line.Select(point => point.State));
        Assert.Equal([null, Bucket(10), Bucket(20), Bucket(10), null], line.Select(point => point.Latency));
        Assert.Equal(HistoryBed.Start, line[1].At);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_line_of_slices_below_a_minute_shows_single_checks(bool isFlushed)
    {
        await using var bed = new HistoryBed();
        for (var check = 1; check <= 18; check++) bed.Watch(HeartbeatState.Up, TimeSpan.FromSeconds(10), milliseconds: check);
        if (isFlushed) await bed.Store.FlushAsync();
        var line = await bed.Store.LineAsync(HistoryBed.Key(), HistoryBed.Start, bed.Time.GetUtcNow(), 18, Ct);
        Assert.Equal(Enumerable.Range(1, 18).Select(check => Bucket(check)), line.Select(point => point.Latency));
    }

    [Fact]
    public async Task A_short_incident_shows_in_a_line_of_a_day()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, 300 * Minute);
        bed.Watch(HeartbeatState.Down, TimeSpan.FromSeconds(10));
        bed.Watch(HeartbeatState.Up, 300 * Minute);
        var line = await bed.Store.LineAsync(HistoryBed.Key(), HistoryBed.Start, HistoryBed.Start + (600 * Minute), 60, Ct);
        Assert.Equal(30, Assert.Single(Enumerable.Range(0, 60), index => line[index].State == HeartbeatState.Down));
    }

    private static TimeSpan? Bucket(double milliseconds) => LatencyHistogram.UpperBound(LatencyHistogram.IndexOf(TimeSpan.FromMilliseconds(milliseconds)));
}
