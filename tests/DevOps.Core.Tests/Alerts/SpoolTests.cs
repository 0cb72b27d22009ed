using System.Globalization;
using DevOps.Core.Alerts;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Alerts;

[Trait("Category", "Slow")]
public sealed class SpoolTests : IDisposable
{
    private readonly AlertBed _bed = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task What_a_killed_process_left_behind_is_delivered_exactly_once()
    {
        const int Raised = 40;
        const int TakenBefore = 10;
        var mayTake = TakenBefore;
        var taken = new List<string>();
        await using var server = new LoopbackServer(request =>
        {
            if (mayTake-- <= 0) return ScriptedAnswer.Silence;
            taken.Add(request.Headers["webhook-id"]);
            return new ScriptedAnswer(200);
        });
        _bed.AddWebhook("ops", server);
        using (var process = TestAlerter.Start(_bed.State.Root, Raised))
        {
            try
            {
                await Eventually.IsAsync(() => server.Requests.Count == TakenBefore + 1 && _bed.Waiting("ops").Count == Raised - TakenBefore);
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync(Ct);
            }
        }

        mayTake = int.MaxValue;
        await using var next = _bed.Dispatcher();
        await Eventually.IsAsync(() => _bed.Waiting("ops").Count == 0);
        Assert.Equal(TestAlerter.Ids(Raised), taken);
        Assert.Equal(Raised, _bed.Deliveries.Count(delivery => delivery.IsDelivered));
        await Eventually.IsAsync(() => !Directory.EnumerateFiles(_bed.State.PathOf("alerts", "spool", "ops")).Any());
    }

    [Fact]
    public async Task A_process_that_runs_takes_over_from_one_that_dies()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(200));
        _bed.AddWebhook("ops", server);
        await using var running = _bed.Dispatcher();
        _bed.LeaveBehind("ops", 3);
        await _bed.EndOfAsync("left-3", "ops");
        Assert.Equal(["left-1", "left-2", "left-3"], AlertBed.Ids(server));
    }

    [Fact]
    public async Task Several_dispatchers_send_each_alert_once()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(200));
        _bed.AddWebhook("ops", server);
        _bed.LeaveBehind("ops", 300);
        await using var one = _bed.Dispatcher();
        await using var two = _bed.Dispatcher();
        await using var three = _bed.Dispatcher();
        for (var i = 1; i <= 100; i++) two.Raise(AlertBed.Alert($"alert-{i}"));
        await Eventually.IsAsync(() => _bed.Waiting("ops").Count == 0 && server.Requests.Count >= 400);
        Assert.Equal(400, AlertBed.Ids(server).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(400, server.Requests.Count);
    }

    [Fact]
    public async Task What_is_older_than_a_day_is_given_up_and_recorded()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(200));
        _bed.AddWebhook("ops", server);
        _bed.LeaveBehind("ops", 1, TimeSpan.FromHours(25));
        await using var dispatcher = _bed.Dispatcher();
        var end = await _bed.EndOfAsync("left-1", "ops");
        Assert.Equal((false, "given up after 24 hours"), (end.IsDelivered, end.Cause));
        Assert.Empty(server.Requests);
        Assert.Empty(_bed.Waiting("ops"));
        Assert.Contains(_bed.Log, line => line.Contains("left-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_waits_for_a_destination_that_is_gone_is_dropped_and_recorded()
    {
        _bed.LeaveBehind("ops", 1);
        await using var dispatcher = _bed.Dispatcher();
        Assert.Equal("the destination was removed", (await _bed.EndOfAsync("left-1", "ops")).Cause);
        Assert.Empty(_bed.Waiting("ops"));
    }

    [Fact]
    public async Task A_file_that_is_no_alert_is_put_aside_and_told()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(200));
        _bed.AddWebhook("ops", server);
        _bed.LeaveBehind("ops", 2);
        await File.WriteAllTextAsync(_bed.Waiting("ops")[0], "{\"alert\":", Ct);
        await using var dispatcher = _bed.Dispatcher();
        await _bed.EndOfAsync("left-2", "ops");
        Assert.Equal(["left-2"], AlertBed.Ids(server));
        Assert.Contains(_bed.Log, line => line.Contains(".damaged", StringComparison.Ordinal));
        Assert.Single(Directory.EnumerateFiles(_bed.State.PathOf("alerts", "spool", "ops"), "*.damaged"));
    }

    [Fact]
    public async Task Attempts_and_pauses_outlive_the_process()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(503, Headers: "Retry-After: 3000"), new ScriptedAnswer(200));
        _bed.AddWebhook("ops", server);
        await using (var first = _bed.Dispatcher())
        {
            first.Raise(AlertBed.Alert("alert-1"));
            await Eventually.IsAsync(() => _bed.Deliveries.Count == 1);
        }

        await using (var second = _bed.Dispatcher())
        {
            // It is looked at before anything else, and left alone.
            second.Raise(AlertBed.Alert("alert-2"));
            Assert.True((await _bed.EndOfAsync("alert-2", "ops")).IsDelivered);
            // A receiver that takes another alert is there again.
            Assert.Equal(2, (await _bed.EndOfAsync("alert-1", "ops")).Attempts);
        }

        Assert.Equal(["alert-1", "alert-2", "alert-1"], AlertBed.Ids(server));
    }

    [Fact]
    public void What_could_not_be_written_down_is_remembered_by_the_process()
    {
        var now = DateTimeOffset.UtcNow;
        var entry = new LaneEntry(SpoolName.Of(1, AlertBed.Alert("alert-1")));
        entry.Learn(new SpooledAlert(AlertBed.Alert("alert-1"), now) { Attempts = 3, TriedAt = now, NotBefore = now.AddMinutes(1) });
        // What the disk still says.
        entry.Learn(new SpooledAlert(AlertBed.Alert("alert-1"), now));
        Assert.Equal((3, now.AddMinutes(1)), (entry.Attempts, entry.DueAt(DateTimeOffset.MinValue)));
        Assert.True(entry.DueAt(now.AddSeconds(1)) < now);
    }

    [Fact]
    public async Task Records_are_bounded_and_each_destination_keeps_its_last_one()
    {
        var log = new DeliveryLog(_bed.State, limit: 20_000);
        await log.AddAsync(Delivery("rare", 0));
        for (var i = 1; i <= 500; i++) await log.AddAsync(Delivery("often", i));
        Assert.InRange(new FileInfo(Records).Length, 1, 20_000);
        var read = log.Read();
        Assert.Equal("rare", read[0].Destination);
        Assert.Equal(Delivery("often", 500).Alert, read[^1].Alert);
        Assert.Equal(read.Skip(1).Select(delivery => delivery.Alert).Order(StringComparer.Ordinal), read.Skip(1).Select(delivery => delivery.Alert));
    }

    [Fact]
    public async Task A_record_that_a_dying_process_did_not_finish_spoils_no_other()
    {
        var log = new DeliveryLog(_bed.State);
        await log.AddAsync(Delivery("ops", 1));
        await File.AppendAllTextAsync(Records, "{\"alert\":\"hal", Ct);
        await log.AddAsync(Delivery("ops", 2));
        Assert.Equal([Delivery("ops", 1), Delivery("ops", 2)], log.Read());
    }

    private string Records => _bed.State.PathOf("alerts", "deliveries.jsonl");

    private static Model.AlertDelivery Delivery(string destination, int number) =>
        new(string.Create(CultureInfo.InvariantCulture, $"alert-{number:D5}"), destination, DateTimeOffset.UnixEpoch, true, 1, null, TimeSpan.FromMilliseconds(3));
}
