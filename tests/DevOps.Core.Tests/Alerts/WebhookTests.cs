using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DevOps.Core.Alerts;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Alerts;

[Trait("Category", "Slow")]
public sealed class WebhookTests : IDisposable
{
    private readonly AlertBed _bed = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void A_signature_is_the_one_that_the_specifications_own_libraries_make()
    {
        // From the tests of github.com/standard-webhooks/standard-webhooks.
        const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Sign(Secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8));
    }

    [Fact]
    public async Task An_alert_arrives_as_signed_json_with_everything_it_says()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(204));
        _bed.AddWebhook("ops", server);
        await using var dispatcher = _bed.Dispatcher();
        dispatcher.Raise(AlertBed.Alert("alert-1", AlertSeverity.Critical));
        Assert.True((await _bed.EndOfAsync("alert-1", "ops")).IsDelivered);

        var request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "application/json; charset=utf-8"), (request.Method, request.Headers["content-type"]));
        Assert.Equal(Sign(request), request.Headers["webhook-signature"]);
        var fields = AlertBed.Fields(request.Body);
        Assert.Equal(
            ["type", "timestamp", "id", "incident", "source", "subject", "severity", "summary", "cause", "evidence"],
            fields.Keys);
        Assert.Equal(("alert.raised", "alert-1", "incident-alert-1", "Critical"), (fields["type"], fields["id"], fields["incident"], fields["severity"]));
        Assert.Equal(("balancer/checkbox", "checkbox-2", "connection refused"), (fields["source"], fields["subject"], fields["cause"]));
    }

    [Fact]
    public async Task What_fails_is_sent_again_with_the_same_id_and_a_signature_of_its_own_time()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(500, "out of order"), ScriptedAnswer.Break, new ScriptedAnswer(503), new ScriptedAnswer(200));
        _bed.AddWebhook("ops", server);
        await using var dispatcher = _bed.Dispatcher();
        dispatcher.Raise(AlertBed.Alert("alert-1"));
        Assert.Equal((true, 4), await _bed.EndOfAsync("alert-1", "ops") is { } end ? (end.IsDelivered, end.Attempts) : default);

        Assert.Equal(["alert-1", "alert-1", "alert-1", "alert-1"], AlertBed.Ids(server));
        Assert.All(server.Requests, request => Assert.Equal(Sign(request), request.Headers["webhook-signature"]));
        Assert.Single(server.Requests.Select(request => request.Body).Distinct());
        Assert.Contains(_bed.Deliveries, delivery => delivery is { IsDelivered: false, Attempts: 1 } && delivery.Cause!.EndsWith("answered 500: out of order; it is sent again", StringComparison.Ordinal));
        Assert.Empty(_bed.Waiting("ops"));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(422)]
    public async Task What_a_receiver_refuses_is_not_sent_again(int status)
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(status, "no, thanks"), new ScriptedAnswer(200));
        _bed.AddWebhook("ops", server);
        await using var dispatcher = _bed.Dispatcher();
        dispatcher.Raise(AlertBed.Alert("alert-1"));
        var end = await _bed.EndOfAsync("alert-1", "ops");
        Assert.Equal((false, 1), (end.IsDelivered, end.Attempts));
        Assert.EndsWith($"answered {status}: no, thanks; it is not sent again", end.Cause, StringComparison.Ordinal);
        Assert.Empty(_bed.Waiting("ops"));
        Assert.Contains(_bed.Log, line => line.Contains("alert-1", StringComparison.Ordinal) && line.Contains("no, thanks", StringComparison.Ordinal));

        dispatcher.Raise(AlertBed.Alert("alert-2"));
        await _bed.EndOfAsync("alert-2", "ops");
        Assert.Equal(["alert-1", "alert-2"], AlertBed.Ids(server));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task What_a_receiver_cannot_take_now_is_sent_again(int status)
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(status), new ScriptedAnswer(200));
        _bed.AddWebhook("ops", server);
        await using var dispatcher = _bed.Dispatcher();
        dispatcher.Raise(AlertBed.Alert("alert-1"));
        Assert.True((await _bed.EndOfAsync("alert-1", "ops")).IsDelivered);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = LoopbackServer.InTurn(new ScriptedAnswer(200));
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(307, Headers: $"Location: {elsewhere.Address}"));
        _bed.AddWebhook("ops", server);
        var delivery = await _bed.Service.TestAsync("ops", Ct);
        Assert.False(delivery.IsDelivered);
        Assert.Contains("redirect", delivery.Cause, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_receiver_may_say_how_long_it_wants_to_be_left_alone()
    {
        var time = new SkippingTime();
        var date = (time.GetUtcNow() + TimeSpan.FromSeconds(127 + 45)).ToString("R", CultureInfo.InvariantCulture);
        await using var server = LoopbackServer.InTurn(
            new ScriptedAnswer(429, Headers: "Retry-After: 127"),
            new ScriptedAnswer(503, Headers: $"Retry-After: {date}"),
            new ScriptedAnswer(503, Headers: "Retry-After: 99999999"),
            new ScriptedAnswer(200));
        // This clock skips every limit below an hour, also those of attempts.
        _bed.AddWebhook("ops", server);
        _bed.Store.Save(_bed.Store.Get("ops") with { Timeout = TimeSpan.FromHours(2) });
        var timing = new AlertTiming { LookInterval = TimeSpan.FromHours(2), GiveUpAfter = TimeSpan.FromDays(1000), LongestRetryAfter = TimeSpan.FromMinutes(59) };
        await using (var dispatcher = _bed.Dispatcher(timing, time))
        {
            dispatcher.Raise(AlertBed.Alert("alert-1"));
            Assert.True((await _bed.EndOfAsync("alert-1", "ops")).IsDelivered);
        }

        Assert.Equal([TimeSpan.FromSeconds(127), TimeSpan.FromSeconds(45), TimeSpan.FromMinutes(59)], time.Waits.Take(3));
    }

    [Fact]
    public void Pauses_double_up_to_a_limit_and_half_of_each_is_chance()
    {
        var timing = new AlertTiming();
        Assert.Equal([0.5, 1, 2, 4, 8], Enumerable.Range(1, 5).Select(attempt => timing.PauseAfter(attempt, 0).TotalSeconds));
        Assert.Equal([1, 2, 4, 8, 16], Enumerable.Range(1, 5).Select(attempt => timing.PauseAfter(attempt, 1).TotalSeconds));
        Assert.Equal(timing.LongestPause, timing.PauseAfter(1_000_000, 1));
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_given_up_and_asked_again()
    {
        await using var server = LoopbackServer.InTurn(ScriptedAnswer.Silence, new ScriptedAnswer(200));
        _bed.AddWebhook("ops", server, timeout: TimeSpan.FromMilliseconds(200));
        await using var dispatcher = _bed.Dispatcher();
        dispatcher.Raise(AlertBed.Alert("alert-1"));
        Assert.True((await _bed.EndOfAsync("alert-1", "ops")).IsDelivered);
        Assert.Contains(_bed.Deliveries, delivery => delivery.Cause?.Contains("did not answer within 0.2 s", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_receiver_that_is_down_gets_everything_in_order_once_it_is_back()
    {
        int port;
        await using (var gone = LoopbackServer.InTurn(new ScriptedAnswer(200))) port = gone.Address.Port;
        _bed.AddWebhook("ops", new Uri($"http://127.0.0.1:{port}/"));
        await using var dispatcher = _bed.Dispatcher();
        string[] ids = [.. Enumerable.Range(1, 20).Select(i => $"alert-{i}")];
        foreach (var id in ids) dispatcher.Raise(AlertBed.Alert(id, incident: "one and the same"));
        await Eventually.IsAsync(() => _bed.Deliveries.Any(delivery => delivery is { Alert: "alert-1", IsDelivered: false, Attempts: >= 2 }));
        await Eventually.IsAsync(() => _bed.Service.List().Single().Waiting == 20);

        await using var back = new LoopbackServer(_ => new ScriptedAnswer(200), port);
        await _bed.EndOfAsync("alert-20", "ops");
        Assert.Equal(ids, AlertBed.Ids(back));
        Assert.Contains(_bed.Log, line => line.StartsWith("Alerts do not reach 'ops'", StringComparison.Ordinal));
        Assert.Contains("Alerts reach 'ops' again.", _bed.Log);
    }

    [Fact]
    public async Task A_long_answer_is_cut_and_cannot_steer_the_terminal()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(500, "\u001b[31mone\r\n\ttwo \u202e" + new string('x', 20_000_000)));
        _bed.AddWebhook("ops", server);
        var delivery = await _bed.Service.TestAsync("ops", Ct);
        Assert.InRange(delivery.Cause!.Length, 100, 300);
        Assert.Contains(": [31mone two xxx", delivery.Cause, StringComparison.Ordinal);
        Assert.DoesNotContain(delivery.Cause, character => char.IsControl(character) || character == '\u202e');
    }

    [Fact]
    public async Task An_alert_that_no_header_or_payload_could_hold_is_sent_all_the_same()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(200));
        _bed.AddWebhook("ops", server);
        await using var dispatcher = _bed.Dispatcher();
        var odd = AlertBed.Alert("a.b\r\nc: d") with { Evidence = new string('x', 1_000_000), Summary = "half a pair \ud83d and 'more' with <b>ümläute</b>\u001b[2J" };
        dispatcher.Raise(odd);
        Assert.True((await _bed.EndOfAsync(odd.Id, "ops")).IsDelivered);
        var request = Assert.Single(server.Requests);
        Assert.Equal(Sign(request), request.Headers["webhook-signature"]);
        Assert.Matches("^[0-9a-f]{64}$", request.Headers["webhook-id"]);
        Assert.InRange(Encoding.UTF8.GetByteCount(request.Body), 1_000, 20_000);
        Assert.Contains("and 'more' with <b>ümläute</b>\\u001B[2J", request.Body, StringComparison.Ordinal);
    }

    // What a receiver does, in the words of the specification: HMAC-SHA256 of ID.TIMESTAMP.BODY with the decoded secret.
    private static string Sign(SeenRequest request)
    {
        var content = $"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.{request.Body}";
        using var hmac = new HMACSHA256(Convert.FromBase64String(AlertBed.Secret["whsec_".Length..]));
        return "v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(content)));
    }
}
