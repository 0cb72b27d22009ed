using System.Diagnostics;
using System.Globalization;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Alerts;

[Trait("Category", "Slow")]
public sealed class DispatcherTests : IAsyncDisposable
{
    private readonly AlertBed _bed = new();
    private readonly LoopbackServer _server = LoopbackServer.InTurn(new ScriptedAnswer(200));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _bed.Dispose();
    }

    [Fact]
    public async Task A_dispatcher_without_destinations_writes_nothing()
    {
        await using (var dispatcher = _bed.Dispatcher()) dispatcher.Raise(AlertBed.Alert("alert-1"));
        Assert.False(Directory.Exists(_bed.State.Root));
        Assert.Empty(_bed.Log);
    }

    [Fact]
    public async Task Only_severities_and_sources_that_were_asked_for_are_sent()
    {
        _bed.AddWebhook("ops", _server, AlertSeverity.Critical, "balancer/*");
        await using (var dispatcher = _bed.Dispatcher())
        {
            dispatcher.Raise(AlertBed.Alert("warning", AlertSeverity.Warning));
            dispatcher.Raise(AlertBed.Alert("elsewhere", AlertSeverity.Critical, "heartbeat/shop"));
            dispatcher.Raise(AlertBed.Alert("wanted", AlertSeverity.Critical, "Balancer/checkbox"));
        }

        Assert.Equal(["wanted"], AlertBed.Ids(_server));
    }

    [Fact]
    public async Task A_recovery_is_sent_when_its_alert_was_also_by_another_process()
    {
        _bed.AddWebhook("ops", _server, AlertSeverity.Critical);
        await using (var first = _bed.Dispatcher())
        {
            first.Raise(AlertBed.Alert("not-sent", AlertSeverity.Warning, incident: "small"));
            first.Raise(AlertBed.Alert("sent", AlertSeverity.Critical, incident: "large"));
        }

        await using (var second = _bed.Dispatcher())
        {
            second.Raise(AlertBed.Alert("small-over", AlertSeverity.Recovery, incident: "small"));
            second.Raise(AlertBed.Alert("large-over", AlertSeverity.Recovery, incident: "large"));
            second.Raise(AlertBed.Alert("large-over-again", AlertSeverity.Recovery, incident: "large"));
        }

        Assert.Equal(["sent", "large-over"], AlertBed.Ids(_server));
        Assert.Equal("alert.recovered", AlertBed.Fields(_server.Requests[1].Body)["type"]);
    }

    [Fact]
    public async Task A_recovery_never_overtakes_its_alert()
    {
        var failures = 3;
        await using var moody = new LoopbackServer(request => new ScriptedAnswer(request.Headers["webhook-id"] == "down" && failures-- > 0 ? 500 : 200));
        _bed.AddWebhook("ops", moody);
        await using var dispatcher = _bed.Dispatcher();
        dispatcher.Raise(AlertBed.Alert("down", incident: "one"));
        dispatcher.Raise(AlertBed.Alert("up", AlertSeverity.Recovery, incident: "one"));
        await _bed.EndOfAsync("up", "ops");
        Assert.Equal(["down", "down", "down", "down", "up"], AlertBed.Ids(moody));
    }

    [Fact]
    public async Task An_alert_on_which_a_receiver_always_fails_keeps_no_other_waiting()
    {
        await using var choosy = new LoopbackServer(request => new ScriptedAnswer(request.Headers["webhook-id"] == "poison" ? 500 : 200));
        _bed.AddWebhook("ops", choosy);
        await using var dispatcher = _bed.Dispatcher();
        dispatcher.Raise(AlertBed.Alert("poison"));
        await Eventually.IsAsync(() => choosy.Requests.Count > 2);
        for (var i = 1; i <= 10; i++) dispatcher.Raise(AlertBed.Alert($"good-{i}"));
        await _bed.EndOfAsync("good-10", "ops");
        Assert.Single(_bed.Waiting("ops"));
    }

    [Fact]
    public async Task A_dead_and_a_hanging_destination_delay_no_other()
    {
        await using var hanging = LoopbackServer.InTurn(ScriptedAnswer.Silence);
        int port;
        await using (var gone = LoopbackServer.InTurn(new ScriptedAnswer(200))) port = gone.Address.Port;
        _bed.AddWebhook("a-hanging", hanging);
        _bed.AddWebhook("b-dead", new Uri($"http://127.0.0.1:{port}/"));
        _bed.AddWebhook("c-good", _server);
        await using var dispatcher = _bed.Dispatcher(TimeSpan.FromMilliseconds(200));
        for (var i = 1; i <= 50; i++) dispatcher.Raise(AlertBed.Alert($"alert-{i}"));
        await _bed.EndOfAsync("alert-50", "c-good");
        Assert.Equal(50, _server.Requests.Count);
        Assert.Single(hanging.Requests);
        Assert.Equal((50, 50), (_bed.Waiting("a-hanging").Count, _bed.Waiting("b-dead").Count));
    }

    [Fact]
    public async Task Thousands_are_raised_at_once_and_all_arrive_once()
    {
        _bed.AddWebhook("ops", _server);
        await using var dispatcher = _bed.Dispatcher();
        Parallel.For(0, 2_000, i => dispatcher.Raise(AlertBed.Alert(string.Create(CultureInfo.InvariantCulture, $"alert-{i}"))));
        await Eventually.IsAsync(() => _server.Requests.Count >= 2_000 && _bed.Waiting("ops").Count == 0);
        Assert.Equal(2_000, AlertBed.Ids(_server).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(2_000, _server.Requests.Count);
        Assert.Empty(_bed.Log);
    }

    [Fact]
    public async Task Whoever_raises_alerts_does_not_wait_for_the_disk_and_hears_of_what_was_too_much()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no named pipes in folders.");
        _bed.AddWebhook("ops", _server);
        // A file that cannot be read to its end as long as nobody writes to it.
        var pipe = _bed.State.PathOf("alerts", "destinations", "slow.json");
        using (var made = Process.Start("mkfifo", [pipe])) await made.WaitForExitAsync(Ct);
        await using (var dispatcher = _bed.Dispatcher(AlertBed.Timing with { QueueLength = 100 }, TimeProvider.System))
        {
            dispatcher.Raise(AlertBed.Alert("first"));
            await _bed.EndOfAsync("first", "ops");
            for (var i = 1; i <= 5_000; i++) dispatcher.Raise(AlertBed.Alert($"alert-{i}"));
            await Eventually.IsAsync(() => Dropped() == 4_900);
            File.Move(pipe, pipe + ".gone");
            File.OpenHandle(pipe + ".gone", FileMode.Open, FileAccess.Write).Dispose();
            await _bed.EndOfAsync("alert-100", "ops");
        }

        Assert.Equal(101, _server.Requests.Count);
        int Dropped() => _bed.Log.Where(line => line.EndsWith("were dropped, because too many were raised at once.", StringComparison.Ordinal)).Sum(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task What_is_not_delivered_at_the_end_stays_in_the_spool()
    {
        await using var hanging = LoopbackServer.InTurn(ScriptedAnswer.Silence, new ScriptedAnswer(200));
        _bed.AddWebhook("ops", hanging);
        await using (var dispatcher = _bed.Dispatcher(TimeSpan.FromMilliseconds(300)))
        {
            for (var i = 1; i <= 5; i++) dispatcher.Raise(AlertBed.Alert($"alert-{i}"));
        }

        Assert.Equal(5, _bed.Waiting("ops").Count);
        await using var next = _bed.Dispatcher();
        await _bed.EndOfAsync("alert-5", "ops");
        Assert.Equal(["alert-1", "alert-1", "alert-2", "alert-3", "alert-4", "alert-5"], AlertBed.Ids(hanging));
    }

    [Fact]
    public async Task What_is_raised_after_the_end_is_told_to_the_log()
    {
        _bed.AddWebhook("ops", _server);
        var dispatcher = _bed.Dispatcher();
        await dispatcher.DisposeAsync();
        await dispatcher.DisposeAsync();
        dispatcher.Raise(AlertBed.Alert("late"));
        await Eventually.IsAsync(() => _bed.Log.Contains("1 alerts were dropped, because the process is ending."));
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task Where_nothing_can_be_spooled_an_alert_is_sent_at_once_and_the_log_says_so()
    {
        _bed.AddWebhook("ops", _server);
        await File.WriteAllTextAsync(_bed.State.PathOf("alerts", "spool"), "a file where the folder should be", Ct);
        await using var dispatcher = _bed.Dispatcher();
        dispatcher.Raise(AlertBed.Alert("alert-1"));
        Assert.True((await _bed.EndOfAsync("alert-1", "ops")).IsDelivered);
        Assert.Contains(_bed.Log, line => line.StartsWith("The alert alert-1 (checkbox-2 is down (alert-1)) cannot be kept for 'ops', so it is tried only once", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_nothing_can_be_recorded_an_alert_is_sent_and_the_log_says_so()
    {
        _bed.AddWebhook("ops", _server);
        Directory.CreateDirectory(_bed.State.PathOf("alerts", "deliveries.jsonl"));
        await using (var dispatcher = _bed.Dispatcher()) dispatcher.Raise(AlertBed.Alert("alert-1"));
        Assert.Equal(["alert-1"], AlertBed.Ids(_server));
        Assert.Contains(_bed.Log, line => line.StartsWith("What became of the alert alert-1 for 'ops' (delivered) could not be recorded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_destination_whose_file_is_damaged_hinders_no_other_and_is_told()
    {
        _bed.AddWebhook("ops", _server);
        await File.WriteAllTextAsync(_bed.State.PathOf("alerts", "destinations", "broken.json"), "{", Ct);
        await using (var dispatcher = _bed.Dispatcher()) dispatcher.Raise(AlertBed.Alert("alert-1"));
        Assert.Equal(["alert-1"], AlertBed.Ids(_server));
        Assert.Contains(_bed.Log, line => line.Contains("broken.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_destination_that_is_added_while_the_dispatcher_runs_gets_the_next_alert_and_a_removed_one_none()
    {
        await using var dispatcher = _bed.Dispatcher();
        dispatcher.Raise(AlertBed.Alert("before"));
        _bed.AddWebhook("ops", _server);
        dispatcher.Raise(AlertBed.Alert("between"));
        await _bed.EndOfAsync("between", "ops");
        _bed.Service.Remove("ops");
        dispatcher.Raise(AlertBed.Alert("after"));
        await dispatcher.DisposeAsync();
        Assert.Equal(["between"], AlertBed.Ids(_server).Where(id => id != "before"));
    }
}
