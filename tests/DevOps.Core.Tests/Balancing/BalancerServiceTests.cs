using System.Net.Sockets;
using DevOps.Core.Balancing;
using DevOps.Core.Servers;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Core.Tests.Balancing;

/// <summary>Starting, changing and stopping, with the real process.</summary>
[Trait("Category", "Slow")]
public sealed class BalancerServiceTests : IAsyncDisposable
{
    private readonly BalancerBed _bed = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task A_started_balancer_shares_two_to_one_and_is_described()
    {
        var balancer = await _bed.StartAsync();
        Assert.Equal(["production", "production", "canary", "production", "production", "canary"], await _bed.AskAsync(6, port: null));
        Assert.Equal((BalancerState.Running, "2:1", new Uri($"http://127.0.0.1:{_bed.Port}/")), (balancer.State, balancer.Split, balancer.Uri));
        var now = await _bed.Service.DescribeAsync(BalancerBed.Name, Cancellation);
        Assert.Equal(6, now.Requests);
        Assert.Equal(["production-1 4 Up", "canary-1 2 Up"], now.Backends.Select(backend => $"{backend.Name} {backend.Requests} {backend.State}"));
        Assert.All(now.Backends, backend => Assert.True(backend.LatencyP50 > TimeSpan.Zero && backend.LatencyP50 <= backend.LatencyP99));
    }

    [Fact]
    public async Task Starting_it_again_as_it_is_changes_nothing()
    {
        var first = await _bed.StartAsync();
        Assert.Null(await _bed.Service.PreviewStartAsync(BalancerBed.Name, _bed.Both, Cancellation));
        var second = await _bed.StartAsync();
        Assert.Equal(first.ProcessId, second.ProcessId);
        Assert.Equal(1, _bed.Files.ReadSettings()!.Version);
        Assert.Contains(_bed.Told.Verbose, text => text.Contains("nothing was changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Starting_it_again_with_other_settings_changes_the_running_process()
    {
        var first = await _bed.StartAsync();
        var second = await _bed.StartAsync(_bed.Both with { ProductionWeight = 1, IsSticky = true });
        Assert.Equal((first.ProcessId, "1:1", true), (second.ProcessId, second.Split, second.IsSticky));
    }

    [Fact]
    public async Task Where_there_was_none_before_a_failed_start_leaves_none()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var taken = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var early = await Failing.WithAsync("PortTaken", () => _bed.StartAsync(_bed.Both with { Port = taken }));
        Assert.Contains($"(process {Environment.ProcessId})", early.Message, StringComparison.Ordinal);
        // This one is found out by the process alone.
        await Failing.WithAsync("PortTaken", () => _bed.StartAsync(_bed.Both with { StatusPort = taken }));
        Assert.Empty(_bed.Service.Catalog.Names());
        Assert.Null(await _bed.Service.FindAsync(BalancerBed.Name, Cancellation));
    }

    [Fact]
    public async Task What_the_process_refuses_is_not_kept()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var first = await _bed.StartAsync();
        await Failing.WithAsync("PortTaken", () => _bed.ChangeAsync(new BalancerChanges { StatusPort = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port }));
        Assert.Null(_bed.Files.ReadSettings()!.StatusPort);
        var changed = await _bed.ChangeAsync(new BalancerChanges { ProductionWeight = 3 });
        Assert.Equal((first.ProcessId, "3:1"), (changed.ProcessId, changed.Split));
    }

    [Fact]
    public async Task A_change_is_told_with_its_cause_and_what_changed()
    {
        await _bed.StartAsync();
        await _bed.ChangeAsync(new BalancerChanges { CanaryWeight = 3 });
        var told = Assert.Single(BalancerEventFile.Read(await WrittenAsync(BalancerEventKind.SettingsChanged)), entry => entry.Kind == BalancerEventKind.SettingsChanged);
        Assert.Equal(("a test: weight of canary-1 1 -> 3", "2:3"), (told.Cause, told.Split));
    }

    [Fact]
    public async Task What_only_a_beginning_process_reads_makes_a_successor_serve()
    {
        var first = await _bed.StartAsync();
        var statusPort = FreePort.Find();
        var second = await _bed.ChangeAsync(new BalancerChanges { StatusPort = statusPort });
        Assert.NotEqual(first.ProcessId, second.ProcessId);
        Assert.StartsWith("ready 2:1", await StatusAsync(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_page_is_taken_over_moved_and_ended_by_successors()
    {
        await _bed.StartAsync(_bed.Both with { StatusPort = FreePort.Find() });
        Assert.StartsWith("ready", await StatusAsync(await _bed.Service.RestartAsync(BalancerBed.Name, _bed.Told, Cancellation)), StringComparison.Ordinal);
        var moved = await _bed.ChangeAsync(new BalancerChanges { StatusPort = FreePort.Find() });
        Assert.StartsWith("ready", await StatusAsync(moved), StringComparison.Ordinal);
        Assert.Null((await _bed.ChangeAsync(new BalancerChanges { StatusPort = 0 })).StatusUri);
        // The predecessor closes its own a moment after it has handed over.
        await Eventually.IsAsync(async () => !await IsOpenAsync(moved.StatusUri!.Port));
    }

    [Fact]
    public async Task Another_port_is_moved_to_and_the_old_one_is_closed()
    {
        await _bed.StartAsync();
        var port = FreePort.Find();
        var moved = await _bed.StartAsync(new BalancerChanges { Port = port });
        Assert.Equal(port, moved.Uri.Port);
        Assert.Equal("production", await _bed.AskAsync(port));
        await Assert.ThrowsAsync<HttpRequestException>(() => _bed.AskAsync(_bed.Port));
        Assert.Contains(_bed.Told.Warnings, text => text.Contains("the old address refuses new ones", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_move_that_fails_goes_back()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        await _bed.StartAsync();
        await Failing.WithAsync("PortTaken", () => _bed.StartAsync(new BalancerChanges { Port = FreePort.Find(), StatusPort = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port }));
        Assert.Equal("production", await _bed.AskAsync());
        Assert.Equal((_bed.Port, null), (_bed.Files.ReadSettings()!.Port, _bed.Files.ReadSettings()!.StatusPort));
        Assert.Contains(_bed.Told.Warnings, text => text.Contains("again, with its earlier settings", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restart_replaces_the_process_and_no_request_fails()
    {
        var first = await _bed.StartAsync();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var asking = Task.Run(
            async () =>
            {
                var answers = new List<string>();
                while (!ending.IsCancellationRequested) answers.Add(await _bed.AskAsync());
                return answers;
            },
            Cancellation);
        var second = await _bed.Service.RestartAsync(BalancerBed.Name, _bed.Told, Cancellation);
        await ending.CancelAsync();
        Assert.All(await asking, answer => Assert.True(answer is "production" or "canary"));
        Assert.NotEqual(first.ProcessId, second.ProcessId);
        Assert.Equal(BalancerState.Running, second.State);
    }

    [Fact]
    public async Task A_stopped_balancer_comes_back_as_it_was()
    {
        var first = await _bed.StartAsync(_bed.Both with { CanaryWeight = 5 });
        var stopped = await _bed.StopAsync();
        Assert.Equal((BalancerState.Stopped, null), (stopped!.State, stopped.ProcessId));
        Assert.False(ProcessLiveness.IsAlive(first.ProcessId!.Value));
        Assert.Null(await _bed.Service.FindAsync(BalancerBed.Name, Cancellation));
        Assert.Equal("2:5", (await _bed.StartAsync(new BalancerChanges())).Split);
    }

    [Fact]
    public async Task A_removed_balancer_leaves_nothing()
    {
        await _bed.StartAsync();
        Assert.Null(await _bed.StopAsync(isRemoved: true));
        Assert.False(Directory.Exists(_bed.Files.Folder));
        await Failing.WithAsync("BalancerNotFound", () => _bed.Service.DescribeAsync(BalancerBed.Name, Cancellation));
    }

    [Fact]
    public async Task Settings_that_cannot_be_read_can_be_removed_with_the_process_that_has_them()
    {
        var balancer = await _bed.StartAsync();
        await File.WriteAllTextAsync(_bed.Files.SettingsFile, "{", Cancellation);
        await Failing.WithAsync("BalancerSettingsInvalid", () => _bed.StopAsync());
        Assert.Null(await _bed.StopAsync(isRemoved: true));
        Assert.False(ProcessLiveness.IsAlive(balancer.ProcessId!.Value));
        Assert.Empty(_bed.Service.Catalog.Names());
    }

    [Fact]
    public async Task A_process_that_hangs_is_ended_by_a_stop()
    {
        var balancer = await _bed.StartAsync(_bed.Both with { DrainTimeout = TimeSpan.FromMilliseconds(10) });
        await SignalAsync(balancer.ProcessId!.Value, "STOP");
        var impatient = new BalancerService(_bed.State, _bed.Programs) { EndGrace = TimeSpan.FromSeconds(1) };
        await impatient.StopAsync(BalancerBed.Name, drainTimeout: null, isRemoved: false, _bed.Told, Cancellation);
        Assert.False(ProcessLiveness.IsAlive(balancer.ProcessId!.Value));
    }

    [Fact]
    public async Task A_stop_finishes_what_is_in_flight()
    {
        await _bed.StartAsync(_bed.Both with { CanaryWeight = 0 });
        _bed.Production.Behaviour = Behaviour.ServeLate;
        var asking = _bed.AskAsync();
        await _bed.WaitForInFlightAsync("production-1", 1);
        await _bed.StopAsync();
        Assert.Equal("production", await asking);
    }

    [Fact]
    public async Task A_stop_with_a_time_of_its_own_cuts_off_what_takes_longer_and_the_settings_keep_theirs()
    {
        await _bed.StartAsync(_bed.Both with { CanaryWeight = 0 });
        _bed.Production.Behaviour = Behaviour.ServeLate;
        _bed.Production.Delay = TimeSpan.FromMinutes(5);
        var asking = _bed.AskAsync();
        await _bed.WaitForInFlightAsync("production-1", 1);
        var stopped = await _bed.StopAsync(TimeSpan.Zero);
        await Assert.ThrowsAsync<HttpRequestException>(() => asking);
        Assert.Equal(TimeSpan.FromSeconds(30), stopped!.DrainTimeout);
    }

    [Fact]
    public async Task A_balancer_that_does_not_run_has_changes_when_it_starts()
    {
        await _bed.StartAsync();
        await _bed.StopAsync();
        Assert.Equal("4:1", (await _bed.ChangeAsync(new BalancerChanges { ProductionWeight = 4 })).Split);
        Assert.Equal("4:1", (await _bed.StartAsync(new BalancerChanges())).Split);
    }

    [Fact]
    public async Task Of_changes_at_the_same_time_none_is_lost()
    {
        await _bed.StartAsync();
        await _bed.StopAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _bed.Service.ChangeAsync(
            BalancerBed.Name,
            settings => BackendEdits.Change(settings, "canary-1", backend => backend with { Weight = backend.Weight + 1 }),
            "a test",
            _bed.Told,
            Cancellation)));
        Assert.Equal("2:9", (await _bed.Service.DescribeAsync(BalancerBed.Name, Cancellation)).Split);
    }

    [Fact]
    public async Task Without_any_weight_somebody_is_warned_and_clients_get_a_503()
    {
        await _bed.StartAsync();
        var balancer = await _bed.ChangeAsync(new BalancerChanges { ProductionWeight = 0, CanaryWeight = 0 });
        Assert.Equal(BalancerState.Unavailable, balancer.State);
        Assert.Contains(_bed.Told.Warnings, text => text.Contains("503", StringComparison.Ordinal));
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => _bed.AskAsync());
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, failure.StatusCode);
    }

    [Fact]
    public async Task A_canary_that_is_gone_makes_it_degraded_and_says_why()
    {
        await _bed.StartAsync();
        _bed.Canary.Dispose();
        await WrittenAsync(BalancerEventKind.BackendDown);
        var balancer = await _bed.Service.DescribeAsync(BalancerBed.Name, Cancellation);
        Assert.Equal((BalancerState.Degraded, "2:0"), (balancer.State, balancer.Split));
        Assert.NotNull(balancer.Backends.Single(backend => backend.State == BackendState.Down).Cause);
    }

    [Fact]
    public async Task Who_mistypes_a_name_is_told_what_there_is()
    {
        await _bed.StartAsync();
        var failure = await Failing.WithAsync("BalancerNotFound", () => _bed.Service.DescribeAsync("shp", Cancellation));
        Assert.Contains("Did you mean 'shop'?", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_systemd_does_not_run_the_machine_persistence_is_refused_before_anything_is_done()
    {
        Assert.SkipWhen(Systemctl.IsBooted, "systemd runs this machine.");
        var failure = await Failing.WithAsync("SystemdMissing", () => _bed.StartAsync(_bed.Both with { IsPersistent = true }));
        Assert.Contains($"'--balancer' '{BalancerBed.Name}'", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(_bed.Service.Catalog.Names());
        await _bed.StartAsync();
        await Failing.WithAsync("SystemdMissing", () => _bed.StartAsync(_bed.Both with { IsPersistent = true }));
        Assert.Equal("production", await _bed.AskAsync());
    }

    private static async Task<bool> IsOpenAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(System.Net.IPAddress.Loopback, port, Cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<string> StatusAsync(CanaryBalancer balancer)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(balancer.StatusUri!, "ready"), Cancellation);
    }

    private static async Task SignalAsync(int processId, string signal)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", $"{processId}"]);
        await kill.WaitForExitAsync(Cancellation);
    }

    // The process writes its events behind the requests' back.
    private async Task<string> WrittenAsync(BalancerEventKind kind)
    {
        await Eventually.IsAsync(() => BalancerEventFile.Read(_bed.Files.EventsFile).Any(entry => entry.Kind == kind));
        return _bed.Files.EventsFile;
    }
}
