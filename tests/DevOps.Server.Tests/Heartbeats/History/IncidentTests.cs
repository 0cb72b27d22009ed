using DevOps.Model;

namespace DevOps.Server.Tests.Heartbeats.History;

public sealed class IncidentTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_incident_lasts_from_the_first_check_that_says_so_to_the_first_that_says_otherwise()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, Minute);
        bed.Check(HeartbeatState.Down, cause: "the connection was refused", evidence: "tcp reset");
        bed.Watch(HeartbeatState.Down, 2 * Minute);
        bed.Watch(HeartbeatState.Up, Minute);
        Assert.Equal(
            new HeartbeatIncident(HistoryBed.Start + Minute, HistoryBed.Start + (3 * Minute), HeartbeatState.Down, "the connection was refused", "tcp reset"),
            Assert.Single((await bed.GetAsync())!.Incidents));
    }

    [Fact]
    public async Task Degraded_and_then_down_is_one_incident_with_the_worst_state_and_its_cause()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Degraded, Minute, cause: "it took long");
        bed.Watch(HeartbeatState.Down, Minute, cause: "no answer");
        bed.Watch(HeartbeatState.Degraded, Minute, cause: "it took long again");
        bed.Watch(HeartbeatState.Up, Minute);
        var incident = Assert.Single((await bed.GetAsync())!.Incidents);
        Assert.Equal((HistoryBed.Start, HistoryBed.Start + (3 * Minute), HeartbeatState.Down, "no answer"), (incident.Began, incident.Ended, incident.State, incident.Cause));
    }

    [Theory]
    [InlineData(HeartbeatState.Up)]
    [InlineData(HeartbeatState.Maintenance)]
    [InlineData(HeartbeatState.Unknown)]
    public async Task What_is_neither_degraded_nor_down_ends_an_incident(HeartbeatState between)
    {
        await using var bed = new HistoryBed();
        foreach (var state in (ReadOnlySpan<HeartbeatState>)[HeartbeatState.Down, between, HeartbeatState.Down]) bed.Watch(state, Minute);
        Assert.Equal(2, (await bed.GetAsync())!.Incidents.Count);
    }

    [Fact]
    public async Task An_incident_that_goes_on_has_no_end()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Down, Minute);
        Assert.Null(Assert.Single((await bed.GetAsync())!.Incidents).Ended);
    }

    [Fact]
    public async Task An_incident_that_reaches_over_a_period_has_its_real_beginning_and_end()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Up, Minute);
        for (var round = 0; round < 5; round++)
        {
            bed.Watch(HeartbeatState.Degraded, Minute);
            bed.Watch(HeartbeatState.Down, Minute);
        }

        bed.Watch(HeartbeatState.Up, Minute);
        await bed.Store.FlushAsync();
        var history = await bed.Store.GetAsync(HistoryBed.Key(), HistoryBed.Start + (5.2 * Minute), HistoryBed.Start + (5.4 * Minute), TestContext.Current.CancellationToken);
        var incident = Assert.Single(history!.Incidents);
        Assert.Equal((HistoryBed.Start + Minute, HistoryBed.Start + (11 * Minute)), (incident.Began, incident.Ended));
    }

    [Fact]
    public async Task An_incident_that_touches_a_period_only_at_its_edge_is_none_of_it()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Down, Minute);
        bed.Watch(HeartbeatState.Up, Minute);
        bed.Watch(HeartbeatState.Down, Minute);
        var history = await bed.Store.GetAsync(HistoryBed.Key(), HistoryBed.Start + Minute, HistoryBed.Start + (2 * Minute), TestContext.Current.CancellationToken);
        Assert.Empty(history!.Incidents);
    }
}
