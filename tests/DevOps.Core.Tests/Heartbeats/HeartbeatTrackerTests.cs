using DevOps.Core.Heartbeats;
using DevOps.Model;
using Microsoft.Extensions.Time.Testing;

namespace DevOps.Core.Tests.Heartbeats;

public sealed class HeartbeatTrackerTests
{
    private static readonly CheckResult Good = CheckResult.Up("200 OK");
    private static readonly CheckResult Slow = CheckResult.Degraded("it took long", "200 OK");
    private static readonly CheckResult Bad = CheckResult.Down("the connection was refused");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_first_good_check_says_up()
    {
        var (heartbeat, hasChanged) = Tracker().Take(Good);
        Assert.Equal((HeartbeatState.Up, true), (heartbeat.State, hasChanged));
    }

    [Fact]
    public void Fewer_failures_than_it_takes_change_nothing_and_ask_to_be_confirmed()
    {
        var tracker = Tracker(fall: 3);
        tracker.Take(Good);
        for (var failure = 1; failure < 3; failure++)
        {
            var (heartbeat, hasChanged) = tracker.Take(Bad);
            Assert.Equal((HeartbeatState.Up, null, false, true), (heartbeat.State, heartbeat.Cause, hasChanged, tracker.NeedsConfirmation));
            // It is still said what was seen, and no latency is made up.
            Assert.Equal(("the connection was refused", null), (heartbeat.Evidence, heartbeat.Latency));
        }

        var (down, isNews) = tracker.Take(Bad);
        Assert.Equal((HeartbeatState.Down, "the connection was refused", true, false), (down.State, down.Cause, isNews, tracker.NeedsConfirmation));
    }

    [Fact]
    public void A_hiccup_between_good_checks_is_forgotten()
    {
        var tracker = Tracker(fall: 2);
        var states = new[] { Good, Bad, Good, Bad, Good }.Select(result => tracker.Take(result).Heartbeat.State);
        Assert.All(states, state => Assert.Equal(HeartbeatState.Up, state));
    }

    [Fact]
    public void What_was_never_up_is_unknown_until_it_is_certain()
    {
        var tracker = Tracker(fall: 2);
        Assert.Equal(HeartbeatState.Unknown, tracker.Take(Bad).Heartbeat.State);
        Assert.Equal(HeartbeatState.Down, tracker.Take(Bad).Heartbeat.State);
    }

    [Fact]
    public void What_was_down_has_to_prove_itself()
    {
        var tracker = Tracker(fall: 1, rise: 2);
        tracker.Take(Bad);
        Assert.Equal(HeartbeatState.Down, tracker.Take(Good).Heartbeat.State);
        Assert.Equal(HeartbeatState.Up, tracker.Take(Good).Heartbeat.State);
    }

    [Fact]
    public void Degraded_is_news_both_ways()
    {
        var tracker = Tracker();
        Assert.True(tracker.Take(Good).HasChanged);
        Assert.Equal((HeartbeatState.Up, true), (tracker.Take(Slow).Heartbeat.State, tracker.NeedsConfirmation));
        var (slow, isNews) = tracker.Take(Slow);
        Assert.Equal((HeartbeatState.Degraded, "it took long", true), (slow.State, slow.Cause, isNews));
        Assert.False(tracker.Take(Slow).HasChanged);
        Assert.True(tracker.Take(Good).HasChanged);
    }

    [Fact]
    public void Since_is_when_the_state_began()
    {
        var tracker = Tracker();
        tracker.Take(Good);
        var began = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromMinutes(5));
        var heartbeat = tracker.Take(Good).Heartbeat;
        Assert.Equal((began, began + TimeSpan.FromMinutes(5)), (heartbeat.Since, heartbeat.At));
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_change_how_long_it_has_been()
    {
        var clock = new SetClock();
        var tracker = new HeartbeatTracker(HeartbeatBed.Target(new Uri("http://shop.example/")), clock);
        tracker.Take(Good);
        clock.Ahead = TimeSpan.FromHours(-1);
        var heartbeat = tracker.Take(Good).Heartbeat;
        Assert.InRange(heartbeat.At - heartbeat.Since, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    private HeartbeatTracker Tracker(int fall = 2, int rise = 1) =>
        new(HeartbeatBed.Target(new Uri("http://shop.example/")) with { Fall = fall, Rise = rise }, _time);

    /// <summary>A clock whose hands can be moved; what is counted goes on all the same.</summary>
    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
