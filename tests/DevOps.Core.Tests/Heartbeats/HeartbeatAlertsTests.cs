using DevOps.Core.Heartbeats;
using DevOps.Core.Operations;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using Microsoft.Extensions.Time.Testing;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>What scheduled checks tell, one after another.</summary>
[Trait("Category", "Slow")]
public sealed class HeartbeatAlertsTests : IDisposable
{
    private static readonly Uri Address = new("http://10.0.0.1/");

    private readonly TestState _state = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
    private readonly List<Alert> _raised = [];
    private readonly List<string> _warned = [];

    private string MemoryFile => _state.State.PathOf("heartbeats", "memory.json");

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task What_goes_down_and_comes_back_is_told_once_each_with_one_incident()
    {
        foreach (var state in (HeartbeatState[])[HeartbeatState.Up, HeartbeatState.Down, HeartbeatState.Down, HeartbeatState.Down, HeartbeatState.Up, HeartbeatState.Up]) await CheckAsync(state);
        Assert.Equal(["Critical web-1 of shop is down.", "Recovery web-1 of shop is up again."], Raised());
        Assert.Single(_raised.Select(alert => alert.Incident).Distinct());
        Assert.Equal(("heartbeat/shop", "web-1", "it was answered with 500", "500 oops"), (_raised[0].Source, _raised[0].Subject, _raised[0].Cause, _raised[0].Evidence));
    }

    [Fact]
    public async Task What_is_down_at_the_first_check_is_told_and_what_is_up_is_not()
    {
        await CheckAsync(HeartbeatState.Up);
        await CheckAsync(HeartbeatState.Down, name: "web-2");
        Assert.Equal(["Critical web-2 of shop is down."], Raised());
    }

    [Fact]
    public async Task Degraded_and_down_are_of_one_incident()
    {
        foreach (var state in (HeartbeatState[])[HeartbeatState.Degraded, HeartbeatState.Down, HeartbeatState.Degraded, HeartbeatState.Up]) await CheckAsync(state);
        Assert.Equal(["Warning web-1 of shop is degraded.", "Critical web-1 of shop is down.", "Warning web-1 of shop answers again, but is degraded.", "Recovery web-1 of shop is up again."], Raised());
        Assert.Single(_raised.Select(alert => alert.Incident).Distinct());
    }

    [Fact]
    public async Task The_next_time_is_another_incident()
    {
        foreach (var state in (HeartbeatState[])[HeartbeatState.Down, HeartbeatState.Up, HeartbeatState.Down]) await CheckAsync(state);
        Assert.NotEqual(_raised[0].Incident, _raised[2].Incident);
    }

    [Fact]
    public async Task Since_is_as_far_back_as_it_is_remembered()
    {
        var began = _time.GetUtcNow();
        await CheckAsync(HeartbeatState.Down);
        await CheckAsync(HeartbeatState.Down);
        Assert.Equal((began, began + TimeSpan.FromMinutes(2)), await CheckAsync(HeartbeatState.Down) is var heartbeat ? (heartbeat.Since, heartbeat.At) : default);
    }

    [Fact]
    public async Task A_check_that_was_killed_before_it_remembered_tells_again()
    {
        await CheckAsync(HeartbeatState.Up);
        await Assert.ThrowsAsync<IOException>(() => CheckAsync(HeartbeatState.Down, deliver: _ => throw new IOException("killed")));
        await CheckAsync(HeartbeatState.Down);
        Assert.Equal(["Critical web-1 of shop is down."], Raised());
    }

    [Theory]
    [InlineData("{ torn")]
    [InlineData("[]")]
    public async Task A_memory_that_cannot_be_read_is_told_and_begun_anew(string text)
    {
        await CheckAsync(HeartbeatState.Down);
        await File.WriteAllTextAsync(MemoryFile, text, TestContext.Current.CancellationToken);
        await CheckAsync(HeartbeatState.Down);
        Assert.Equal(2, _raised.Count);
        Assert.Contains(MemoryFile, Assert.Single(_warned), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_makes_no_heartbeat_that_begins_after_its_check()
    {
        await CheckAsync(HeartbeatState.Down);
        _time.AdjustTime(_time.GetUtcNow() - TimeSpan.FromHours(5));
        var heartbeat = await CheckAsync(HeartbeatState.Down);
        Assert.True(heartbeat.Since <= heartbeat.At);
        Assert.Single(_raised);
    }

    [Fact]
    public async Task What_is_no_longer_checked_is_forgotten_after_a_month()
    {
        await CheckAsync(HeartbeatState.Down, name: "gone");
        _time.Advance(TimeSpan.FromDays(31));
        await CheckAsync(HeartbeatState.Up);
        Assert.DoesNotContain("gone", await File.ReadAllTextAsync(MemoryFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_checks_at_once_tell_one_after_another()
    {
        var raised = 0;
        Task Deliver(IReadOnlyList<Alert> alerts)
        {
            Interlocked.Add(ref raised, alerts.Count);
            return Task.CompletedTask;
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new HeartbeatAlerts(_state.State, deliver: Deliver)
            .RaiseAsync([Beat(HeartbeatState.Down, "web-1") with { Since = DateTimeOffset.UtcNow, At = DateTimeOffset.UtcNow }], new Told(_warned), TestContext.Current.CancellationToken))));
        Assert.Equal(1, raised);
    }

    [Fact]
    public async Task A_check_that_took_longer_does_not_overrule_a_later_one()
    {
        var early = Beat(HeartbeatState.Up, "web-1");
        await CheckAsync(HeartbeatState.Up);
        await CheckAsync(HeartbeatState.Down);
        await Alerts().RaiseAsync([early], new Told(_warned), TestContext.Current.CancellationToken);
        await CheckAsync(HeartbeatState.Down);
        Assert.Equal(["Critical web-1 of shop is down."], Raised());
    }

    [Fact]
    public async Task One_of_several_that_is_down_is_a_warning()
    {
        await Alerts().RaiseAsync([Beat(HeartbeatState.Down, "web-1"), Beat(HeartbeatState.Up, "web-2")], new Told(_warned), TestContext.Current.CancellationToken);
        Assert.Equal(["Warning web-1 of shop is down."], Raised());
    }

    [Fact]
    public async Task A_target_of_another_address_is_the_same_and_its_recovery_is_told()
    {
        await CheckAsync(HeartbeatState.Down);
        await Alerts().RaiseAsync([Beat(HeartbeatState.Up, "web-1") with { Uri = new Uri("http://10.0.0.99/") }], new Told(_warned), TestContext.Current.CancellationToken);
        Assert.Equal(AlertSeverity.Recovery, _raised[^1].Severity);
    }

    [Fact]
    public async Task Two_that_go_down_in_one_moment_are_two_incidents()
    {
        await Alerts().RaiseAsync([Beat(HeartbeatState.Down, "web-1"), Beat(HeartbeatState.Down, "web-1") with { Group = "blog" }], new Told(_warned), TestContext.Current.CancellationToken);
        Assert.Equal(2, _raised.Select(alert => alert.Incident).Distinct().Count());
    }

    [Theory]
    [InlineData(HeartbeatState.Maintenance)]
    [InlineData(HeartbeatState.Unknown)]
    public async Task What_is_in_maintenance_or_unknown_is_not_told_and_not_remembered(HeartbeatState between)
    {
        foreach (var state in (HeartbeatState[])[HeartbeatState.Up, between, HeartbeatState.Up, between, HeartbeatState.Down]) await CheckAsync(state);
        Assert.Equal(["Critical web-1 of shop is down."], Raised());
    }

    [Fact]
    public async Task What_stays_down_is_told_again_after_some_hours_as_the_same_incident()
    {
        // A check each minute, for nine hours.
        for (var minute = 0; minute < 9 * 60; minute++) await CheckAsync(HeartbeatState.Down);
        Assert.Equal(["Critical web-1 of shop is down.", "Critical web-1 of shop is still down.", "Critical web-1 of shop is still down."], Raised());
        Assert.Single(_raised.Select(alert => alert.Incident).Distinct());
    }

    [Fact]
    public async Task What_a_destination_did_not_take_is_sent_again_by_the_next_check()
    {
        new Core.Alerts.AlertService(_state.State).Add(new Core.Alerts.AlertDestinationRequest("ops") { Uri = new Uri("http://127.0.0.1:1/"), Timeout = TimeSpan.FromSeconds(1) });
        Task CheckAsync(HeartbeatAlerts alerts) => alerts.RaiseAsync([Beat(HeartbeatState.Down, "web-1") with { Since = DateTimeOffset.UtcNow, At = DateTimeOffset.UtcNow }], new Told(_warned), TestContext.Current.CancellationToken);
        await CheckAsync(new HeartbeatAlerts(_state.State));
        var isSentAgain = false;
        await CheckAsync(new HeartbeatAlerts(_state.State, deliver: alerts =>
        {
            isSentAgain = alerts.Count == 0;
            return Task.CompletedTask;
        }));
        Assert.True(isSentAgain);
        Assert.Contains(_warned, text => text.Contains("ops", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Alerts_reach_the_spool_of_a_destination_before_the_check_ends()
    {
        new Core.Alerts.AlertService(_state.State).Add(new Core.Alerts.AlertDestinationRequest("ops") { Uri = new Uri("http://127.0.0.1:1/"), Source = "heartbeat/*", Timeout = TimeSpan.FromSeconds(1) });
        await new HeartbeatAlerts(_state.State).RaiseAsync([Beat(HeartbeatState.Down, "web-1")], new Told(_warned), TestContext.Current.CancellationToken);
        Assert.Equal(1, new Core.Alerts.AlertService(_state.State).CountWaiting("ops"));
    }

    private IEnumerable<string> Raised() => _raised.Select(alert => $"{alert.Severity} {alert.Summary}");

    // A minute from check to check.
    private async Task<Heartbeat> CheckAsync(HeartbeatState state, string name = "web-1", Func<IReadOnlyList<Alert>, Task>? deliver = null)
    {
        var told = await Alerts(deliver).RaiseAsync([Beat(state, name)], new Told(_warned), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMinutes(1));
        return Assert.Single(told);
    }

    private HeartbeatAlerts Alerts(Func<IReadOnlyList<Alert>, Task>? deliver = null) => new(_state.State, _time, deliver ?? (raised =>
    {
        _raised.AddRange(raised);
        return Task.CompletedTask;
    }));

    private Heartbeat Beat(HeartbeatState state, string name) => state is HeartbeatState.Up
        ? new Heartbeat(name, "shop", state, TimeSpan.FromMilliseconds(5), null, "200 OK", _time.GetUtcNow(), _time.GetUtcNow(), Address)
        : new Heartbeat(name, "shop", state, null, "it was answered with 500", "500 oops", _time.GetUtcNow(), _time.GetUtcNow(), Address);

    private sealed class Told(List<string> warnings) : IProgress<OperationMessage>
    {
        public void Report(OperationMessage value)
        {
            if (value is WarningMessage warning) warnings.Add(warning.Text);
        }
    }
}
