using System.Net;
using System.Net.Sockets;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Pages that are asked for, from real servers that answer well, wrongly or not at all.</summary>
public sealed class HttpCheckTests : IDisposable
{
    private readonly HeartbeatBed _bed = new();
    private readonly BackendServer _server = new("shop");

    public void Dispose()
    {
        _server.Dispose();
        _bed.Dispose();
    }

    [Fact]
    public async Task A_page_that_is_served_is_up_and_its_latency_is_told()
    {
        var result = await _bed.CheckAsync(_server.Uri);
        Assert.Equal((HeartbeatState.Up, null, "200 OK"), (result.State, result.Cause, result.Evidence));
        Assert.True(result.Latency > TimeSpan.Zero);
    }

    [Theory]
    [InlineData(nameof(Behaviour.Fail), "it was answered with 500")]
    [InlineData(nameof(Behaviour.CutKnownLength), "the answer broke off")]
    [InlineData(nameof(Behaviour.CutChunks), "the answer broke off")]
    [InlineData(nameof(Behaviour.Babble), "the answer is not HTTP")]
    [InlineData(nameof(Behaviour.HangUp), "the answer broke off")]
    public async Task A_server_that_errs_is_down_and_the_cause_says_how(string behaviour, string cause)
    {
        _server.Behaviour = Enum.Parse<Behaviour>(behaviour);
        var result = await _bed.CheckAsync(_server.Uri);
        Assert.Equal((HeartbeatState.Down, cause), (result.State, result.Cause));
    }

    [Fact]
    public async Task A_server_that_has_gone_refuses_the_connection_also_one_that_was_kept()
    {
        await _bed.CheckAsync(_server.Uri);
        _server.Dispose();
        // Its connections end a moment after it.
        await Eventually.IsAsync(async () => (await _bed.CheckAsync(_server.Uri)).Cause == "the connection was refused");
    }

    [Fact]
    public async Task A_server_that_takes_too_long_is_down()
    {
        (_server.Behaviour, _server.Delay) = (Behaviour.ServeLate, TimeSpan.FromMinutes(1));
        var result = await _bed.CheckAsync(_server.Uri, target => target with { Timeout = TimeSpan.FromMilliseconds(100) });
        Assert.Equal((HeartbeatState.Down, "it did not answer within 0.1 s", null), (result.State, result.Cause, result.Latency));
    }

    [Fact]
    public async Task A_server_that_is_slow_is_degraded()
    {
        (_server.Behaviour, _server.Delay) = (Behaviour.ServeLate, TimeSpan.FromMilliseconds(50));
        var result = await _bed.CheckAsync(_server.Uri, target => target with { DegradedAfter = TimeSpan.FromMilliseconds(20) });
        Assert.Equal(HeartbeatState.Degraded, result.State);
        Assert.EndsWith("ms, more than 20 ms", result.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(302, null, HeartbeatState.Up)]
    [InlineData(404, null, HeartbeatState.Down)]
    [InlineData(404, 404, HeartbeatState.Up)]
    [InlineData(200, 204, HeartbeatState.Down)]
    public async Task A_status_is_good_below_400_or_when_it_is_expected(int status, int? expected, HeartbeatState state) =>
        Assert.Equal(state, (await _bed.CheckAsync(new ScriptedAnswer(status), target => target with { ExpectedStatus = expected })).State);

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(302, Headers: "Location: /elsewhere"));
        await _bed.CheckAsync(server.Address);
        Assert.Equal(["/"], server.Requests.Select(request => request.Target));
    }

    [Fact]
    public async Task An_answer_without_the_expected_text_is_down_and_shows_its_beginning()
    {
        var result = await _bed.CheckAsync(new ScriptedAnswer(200, "out of order"), target => target with { ExpectedText = "welcome" });
        Assert.Equal((HeartbeatState.Down, "the answer does not hold 'welcome'", "200 Scripted: out of order"), (result.State, result.Cause, result.Evidence));
    }

    [Fact]
    public async Task Of_a_long_answer_only_the_beginning_is_read()
    {
        var result = await _bed.CheckAsync(new Uri(_server.Uri, "/size/10000000"), target => target with { ExpectedText = "welcome" });
        Assert.Equal("the first 64 KB of the answer do not hold 'welcome'", result.Cause);
        Assert.Equal(HeartbeatState.Up, (await _bed.CheckAsync(new Uri(_server.Uri, "/size/10000000"))).State);
    }

    [Theory]
    [InlineData("X-Version", HeartbeatState.Up)]
    [InlineData("x-version: 7", HeartbeatState.Up)]
    [InlineData("X-Version: 8", HeartbeatState.Down)]
    [InlineData("X-Other", HeartbeatState.Down)]
    [InlineData("Content-Type: application/json", HeartbeatState.Up)]
    public async Task A_header_is_expected_with_or_without_its_value(string header, HeartbeatState state) =>
        Assert.Equal(state, (await _bed.CheckAsync(new ScriptedAnswer(200, Headers: "X-Version: 7"), target => target with { ExpectedHeader = header })).State);

    [Fact]
    public async Task What_an_answer_says_cannot_steer_a_terminal_or_take_more_than_a_line()
    {
        var result = await _bed.CheckAsync(new ScriptedAnswer(500, "\u001b[2J\n\u202eevil" + new string('x', 500)));
        Assert.StartsWith("500 Scripted: [2J evilxxx", result.Evidence, StringComparison.Ordinal);
        Assert.InRange(result.Evidence!.Length, 1, 101);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_told()
    {
        var result = await _bed.CheckAsync(new Uri("http://no-such-host.invalid/"));
        Assert.Equal((HeartbeatState.Down, "the name 'no-such-host.invalid' cannot be resolved"), (result.State, result.Cause));
    }

    [Fact]
    public async Task Connections_are_kept_from_check_to_check()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var connections = 0;
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                Interlocked.Increment(ref connections);
                await using var stream = client.GetStream();
                while (await LoopbackServer.ReadAsync(stream, TestContext.Current.CancellationToken) is not null)
                {
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), TestContext.Current.CancellationToken);
                }
            }
        }, TestContext.Current.CancellationToken);
        var uri = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        for (var check = 0; check < 5; check++) Assert.Equal(HeartbeatState.Up, (await _bed.CheckAsync(uri)).State);
        Assert.Equal(1, Volatile.Read(ref connections));
    }
}
