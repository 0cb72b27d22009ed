using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DevOps.Core;
using DevOps.Core.Heartbeats;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.Operations;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Heartbeats;

/// <summary>A real monitor process, with real servers that come and go.</summary>
[Trait("Category", "Slow")]
public sealed class MonitorTests : IAsyncDisposable
{
    private readonly RunningMonitor _monitor = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _monitor.DisposeAsync();

    [Fact]
    public async Task It_checks_what_is_added_and_no_longer_what_is_removed()
    {
        using var shop = new BackendServer("shop");
        _monitor.Add("shop", shop.Uri);
        var started = await _monitor.StartAsync();
        Assert.Equal((HeartbeatMonitorState.Running, 1), (started.State, started.Targets));
        await _monitor.WaitForAsync("shop", HeartbeatState.Up);
        _monitor.Add("blog", new Uri("http://127.0.0.1:1/"));
        Assert.Equal("the connection was refused", (await _monitor.WaitForAsync("blog", HeartbeatState.Down)).Cause);
        new HeartbeatTargetStore(_monitor.State).Remove("blog");
        await Eventually.IsAsync(async () => (await _monitor.Service.RequireAsync(Cancellation)) is { Targets: 1, Up: 1, Down: 0 });
    }

    [Fact]
    public async Task Its_page_and_its_status_tell_what_is_down()
    {
        using var shop = new BackendServer("shop");
        _monitor.Add("shop", shop.Uri);
        var monitor = await _monitor.StartAsync();
        await _monitor.WaitForAsync("shop", HeartbeatState.Up);
        shop.Behaviour = Behaviour.Fail;
        await _monitor.WaitForAsync("shop", HeartbeatState.Down);
        using var browser = new HttpClient();
        Assert.Contains("<!doctype html>", await browser.GetStringAsync(monitor.Uri, Cancellation), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("it was answered with 500", await browser.GetStringAsync(new Uri(monitor.Uri, "/status.json"), Cancellation), StringComparison.Ordinal);
        Assert.Contains("devops_heartbeat_up{", await browser.GetStringAsync(new Uri(monitor.Uri, "/metrics"), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_raises_an_alert_for_what_goes_down_and_one_for_its_recovery()
    {
        using var shop = new BackendServer("shop");
        _monitor.Add("shop", shop.Uri);
        using var receiver = AlertReceiver.Add(_monitor.State);
        await _monitor.StartAsync();
        await _monitor.WaitForAsync("shop", HeartbeatState.Up);
        shop.Behaviour = Behaviour.Fail;
        var down = await receiver.NextAsync();
        shop.Behaviour = Behaviour.Serve;
        var up = await receiver.NextAsync();
        Assert.Equal(("shop is down.", "shop is up again."), (down.Summary, up.Summary));
        Assert.Equal(down.Incident, up.Incident);
    }

    [Fact]
    public async Task A_check_asks_the_monitor_that_checks_at_once()
    {
        using var shop = new BackendServer("shop");
        var target = _monitor.Add("shop", shop.Uri);
        await _monitor.StartAsync(new MonitorChanges { Port = _monitor.Port, Interval = TimeSpan.FromDays(1) });
        var first = await _monitor.WaitForAsync("shop", HeartbeatState.Up);
        shop.Behaviour = Behaviour.Fail;
        using var service = new HeartbeatService(_monitor.State);
        var heartbeat = Assert.Single(await service.TestAsync([target], _monitor, Cancellation));
        Assert.Equal(HeartbeatState.Down, heartbeat.State);
        shop.Behaviour = Behaviour.Serve;
        Assert.Equal(HeartbeatState.Up, Assert.Single(await service.TestAsync([target], _monitor, Cancellation)).State);
        // The monitor knows what the check has found.
        Assert.True((await _monitor.WaitForAsync("shop", HeartbeatState.Up)).Since > first.Since);
    }

    [Fact]
    public async Task Who_watches_follows_the_monitor_and_goes_on_when_it_is_killed()
    {
        using var shop = new BackendServer("shop");
        var target = _monitor.Add("shop", shop.Uri);
        await _monitor.StartAsync();
        await _monitor.WaitForAsync("shop", HeartbeatState.Up);
        var told = new ConcurrentQueue<Heartbeat>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var service = new HeartbeatService(_monitor.State);
        var watching = service.WatchAsync([target], interval: null, isEach: false, new Told(told), ending.Token);
        await Eventually.IsAsync(() => told.Count == 1);
        shop.Behaviour = Behaviour.Fail;
        await Eventually.IsAsync(() => told.Count == 2);
        await _monitor.KillAsync();
        shop.Behaviour = Behaviour.Serve;
        await Eventually.IsAsync(() => told.Count == 3);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        Assert.Equal([HeartbeatState.Up, HeartbeatState.Down, HeartbeatState.Up], told.Select(heartbeat => heartbeat.State));
    }

    [Fact]
    public async Task Killed_and_started_again_it_shows_the_past_and_the_gap_as_unknown()
    {
        using var shop = new BackendServer("shop");
        _monitor.Add("shop", shop.Uri);
        var from = DateTimeOffset.UtcNow;
        await _monitor.StartAsync();
        await _monitor.WaitForAsync("shop", HeartbeatState.Up);
        // What was asked about is in the file.
        await Eventually.IsAsync(async () => Assert.Single((await _monitor.Client.HistoryAsync(from, DateTimeOffset.UtcNow, Cancellation))!.Targets).Up > TimeSpan.FromSeconds(1));
        await _monitor.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), Cancellation);
        await _monitor.StartAsync();
        await _monitor.WaitForAsync("shop", HeartbeatState.Up);
        var history = Assert.Single((await _monitor.Client.HistoryAsync(from, DateTimeOffset.UtcNow, Cancellation))!.Targets);
        Assert.Equal(100, history.Uptime);
        Assert.True(history.Unknown > TimeSpan.FromSeconds(2), $"{history.Unknown} unknown");
        Assert.True(history.Up > TimeSpan.FromSeconds(1), $"{history.Up} up");
        Assert.Empty(history.Incidents);
    }

    [Fact]
    public async Task The_history_can_be_read_while_no_monitor_runs()
    {
        using var shop = new BackendServer("shop") { Behaviour = Behaviour.Fail };
        _monitor.Add("shop", shop.Uri);
        var from = DateTimeOffset.UtcNow;
        await _monitor.StartAsync();
        await _monitor.WaitForAsync("shop", HeartbeatState.Down);
        await _monitor.Service.StopAsync(isRemoved: false, Cancellation);
        var history = Assert.Single(await new MonitorHistoryReader(_monitor.State, _monitor.Programs).ReadAsync(from, DateTimeOffset.UtcNow, _monitor, Cancellation));
        Assert.Equal(("shop", "it was answered with 500"), (history.Target, Assert.Single(history.Incidents).Cause));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error_and_leaves_no_settings()
    {
        using var other = new TcpListener(IPAddress.Loopback, _monitor.Port);
        other.Start();
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => _monitor.StartAsync());
        Assert.Equal("PortTaken", failure.Id);
        Assert.Null(await _monitor.Service.GetAsync(Cancellation));
    }

    [Fact]
    public async Task Its_page_moves_to_another_port_while_it_runs_and_stays_when_that_is_taken()
    {
        var before = await _monitor.StartAsync();
        var port = FreePort.Find();
        var moved = await _monitor.Service.ChangeAsync(new MonitorChanges { Port = port }, _monitor, Cancellation);
        Assert.Equal((before.ProcessId, port), (moved.ProcessId, moved.Uri.Port));
        using var browser = new HttpClient();
        await browser.GetStringAsync(new Uri(moved.Uri, "/live"), Cancellation);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => _monitor.Service.ChangeAsync(new MonitorChanges { Port = ((IPEndPoint)other.LocalEndpoint).Port }, _monitor, Cancellation));
        Assert.Equal("PortTaken", failure.Id);
        Assert.Equal(port, (await _monitor.Service.RequireAsync(Cancellation)).Uri.Port);
        await browser.GetStringAsync(new Uri(moved.Uri, "/live"), Cancellation);
    }

    [Fact]
    public async Task Started_twice_it_is_one_process()
    {
        var first = await _monitor.StartAsync();
        var second = await _monitor.StartAsync();
        Assert.Equal(first.ProcessId, second.ProcessId);
    }

    [Fact]
    public async Task Who_reaches_it_from_elsewhere_needs_the_token_that_only_the_owner_can_read()
    {
        var monitor = await _monitor.StartAsync(new MonitorChanges { Port = _monitor.Port, ListenAddress = "0.0.0.0" });
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(monitor.TokenPath!));
        Assert.Contains(_monitor.Warned, text => text.Contains(monitor.TokenPath!, StringComparison.Ordinal));
        using var browser = new HttpClient();
        using var refused = await browser.GetAsync(new Uri(monitor.Uri, "/status.json"), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        browser.DefaultRequestHeaders.Authorization = new("Bearer", File.ReadAllText(monitor.TokenPath!).Trim());
        await browser.GetStringAsync(new Uri(monitor.Uri, "/status.json"), Cancellation);
        Assert.DoesNotContain(File.ReadAllText(monitor.TokenPath!).Trim(), File.ReadAllText(monitor.LogPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_thousand_targets_those_that_hang_keep_none_of_the_others_from_being_checked()
    {
        using var good = new BackendServer("good");
        // Accepts connections, and says nothing.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(4_096);
        for (var number = 0; number < 500; number++)
        {
            _monitor.Add($"good-{number}", new Uri(good.Uri, $"/{number}"));
            _monitor.Add($"hangs-{number}", new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/{number}"));
        }

        await _monitor.StartAsync(new MonitorChanges { Port = _monitor.Port, Interval = TimeSpan.FromSeconds(2) });
        await Eventually.IsAsync(async () => await _monitor.Service.RequireAsync(Cancellation) is { Up: 500, Down: 500 });
        var report = (await _monitor.Client.ReportAsync(Cancellation))!;
        Assert.All(report.Heartbeats, heartbeat => Assert.Equal(heartbeat.Target.StartsWith("good", StringComparison.Ordinal) ? HeartbeatState.Up : HeartbeatState.Down, heartbeat.State));
        // None of the good ones was ever down.
        var history = (await _monitor.Client.HistoryAsync(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow, Cancellation))!;
        Assert.All(history.Targets.Where(target => target.Target.StartsWith("good", StringComparison.Ordinal)), target => Assert.Empty(target.Incidents));
    }

    private sealed class Told(ConcurrentQueue<Heartbeat> heartbeats) : IProgress<OperationMessage>
    {
        public void Report(OperationMessage value)
        {
            if (value is ResultMessage { Value: Heartbeat heartbeat }) heartbeats.Enqueue(heartbeat);
        }
    }
}
