using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using DevOps.Core.Heartbeats;
using DevOps.Core.Heartbeats.Pushes;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Heartbeats;

/// <summary>Jobs that call a real monitor process over HTTP or fall silent, and servers that stand still.</summary>
[Trait("Category", "Slow")]
public sealed class MonitorFaultTests : IAsyncDisposable
{
    private const string Job = "backup";

    private readonly RunningMonitor _monitor = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _monitor.DisposeAsync();
    }

    [Fact]
    public async Task A_job_that_calls_over_http_is_up_and_down_when_it_falls_silent()
    {
        var monitor = await _monitor.StartAsync();
        AddJob(TimeSpan.FromSeconds(3));
        await Eventually.IsAsync(async () =>
        {
            Assert.Equal(HttpStatusCode.NoContent, await CallAsync(monitor, Secret()));
            return (await _monitor.Client.ReportAsync(Cancellation))!.Heartbeats.Any(heartbeat => heartbeat is { Target: Job, State: HeartbeatState.Up });
        });
        Assert.StartsWith("it was not called since ", (await _monitor.WaitForAsync(Job, HeartbeatState.Down)).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_tells_that_it_failed_is_down_with_what_it_says()
    {
        var monitor = await _monitor.StartAsync();
        AddJob(TimeSpan.FromDays(1));
        Assert.Equal(HttpStatusCode.NoContent, await CallAsync(monitor, Secret(), "?failed", "no room"));
        Assert.Equal("the job failed: no room", (await _monitor.WaitForAsync(Job, HeartbeatState.Down)).Cause);
    }

    [Fact]
    public async Task A_call_with_a_wrong_key_is_refused_and_does_not_count()
    {
        var monitor = await _monitor.StartAsync();
        var job = AddJob(TimeSpan.FromDays(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(monitor, new string('0', Secret().Length)));
        using var service = new HeartbeatService(_monitor.State);
        Assert.Equal("it has not been called yet", Assert.Single(await service.TestAsync([job], _monitor, Cancellation)).Cause);
    }

    [Fact]
    public async Task A_server_that_is_paused_is_down_until_it_goes_on()
    {
        using var shop = await BackendProcess.StartAsync("shop");
        _monitor.Add("shop", shop.Uri);
        await _monitor.StartAsync();
        await _monitor.WaitForAsync("shop", HeartbeatState.Up);
        await shop.SignalAsync("STOP");
        await _monitor.WaitForAsync("shop", HeartbeatState.Down);
        await shop.SignalAsync("CONT");
        await _monitor.WaitForAsync("shop", HeartbeatState.Up);
    }

    [Fact]
    public async Task A_host_that_drops_packets_is_down_for_giving_no_answer()
    {
        // Linux drops what asks for a connection when as many wait as may: nothing comes back, as from a host that is unplugged.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await waiting.ConnectAsync(full.LocalEndPoint!, Cancellation);
        _monitor.Add("database", new Uri($"tcp://{full.LocalEndPoint}"));
        await _monitor.StartAsync();
        Assert.Equal("it did not answer within 2 s", (await _monitor.WaitForAsync("database", HeartbeatState.Down)).Cause);
    }

    private HeartbeatTarget AddJob(TimeSpan period) =>
        new HeartbeatTargetStore(_monitor.State).Add(new HeartbeatTarget { Name = Job, Uri = new Uri($"push://{Job}"), Period = period, Grace = TimeSpan.Zero }, replaces: false);

    private string Secret() => File.ReadAllText(new PushStore(_monitor.State).HeaderFile(Job)).Trim().Split(' ')[^1];

    private async Task<HttpStatusCode> CallAsync(HeartbeatMonitor monitor, string secret, string query = "", string message = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(monitor.Uri, $"/push/{Job}{query}")) { Content = new StringContent(message) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        using var answer = await _client.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }
}
