using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using DevOps.Core.Heartbeats;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.Servers;
using DevOps.Core.Tests.Balancing;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>
/// A heartbeat monitor that systemd keeps running. It is a unit of the machine itself, so these run where a variable says that
/// the machine is there for that: DevOps.Podman.Tests runs this program on a droplet.
/// </summary>
public sealed class PersistentMonitorTests : IAsyncDisposable
{
    private const string Unit = "devops-heartbeats.service";
    private const string UnitFile = $"/etc/systemd/system/{Unit}";
    private const string Link = $"/etc/systemd/system/multi-user.target.wants/{Unit}";

    private readonly TestState _state = new();
    private readonly string _bin = Directory.CreateTempSubdirectory("devops-bin-").FullName;
    private readonly BackendServer _shop = new("shop");
    private readonly Systemctl _systemctl = new(SystemdScope.System);
    private readonly MonitorService _service;
    private readonly MonitorClient _client;
    private readonly Told _told = new();
    private readonly int _port = FreePort.Find();

    public PersistentMonitorTests()
    {
        Assert.SkipUnless(
            Systemctl.IsBooted && Environment.GetEnvironmentVariable("DEVOPS_TEST_SYSTEMD") == "1",
            "The machine is not one on which units may be made.");
        var server = typeof(PersistentMonitorTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Server").Value!;
        Directory.CreateSymbolicLink(Path.Combine(_bin, "server"), server);
        _service = new MonitorService(_state.State, new ServerPrograms(_bin), new SystemdService(), TimeProvider.System);
        _client = new MonitorClient(_state.State);
        new HeartbeatTargetStore(_state.State).Add(new HeartbeatTarget { Name = "shop", Uri = _shop.Uri, Timeout = TimeSpan.FromSeconds(2) }, replaces: true);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        // What systemd keeps running ends by systemd alone.
        if (await _service.GetAsync(CancellationToken.None) is not null) await _service.StopAsync(isRemoved: true, CancellationToken.None);
        _client.Dispose();
        _shop.Dispose();
        _state.Dispose();
        Directory.Delete(_bin, recursive: true);
    }

    [Fact]
    public async Task It_checks_and_serves_its_page_as_a_unit_that_is_started_with_the_machine()
    {
        var monitor = await StartAsync();
        Assert.Equal((HeartbeatMonitorState.Running, true), (monitor.State, monitor.IsPersistent));
        Assert.Equal(new SystemdUnitStatus("active", monitor.ProcessId!.Value), await _systemctl.StatusAsync(Unit, Cancellation));
        Assert.True(File.Exists(Link));
        await IsUpAsync();
        await HasPageAsync(_port);
    }

    [Fact]
    public async Task Killed_it_comes_back_by_itself_and_goes_on_checking()
    {
        var first = await StartAsync();
        Process.GetProcessById(first.ProcessId!.Value).Kill();
        await Eventually.IsAsync(async () => await _service.RequireAsync(Cancellation) is { State: HeartbeatMonitorState.Running, ProcessId: { } id } && id != first.ProcessId);
        await IsUpAsync();
        await HasPageAsync(_port);
    }

    [Fact]
    public async Task Changed_it_is_the_same_process_with_another_port()
    {
        var before = await StartAsync();
        var port = FreePort.Find();
        var after = await _service.ChangeAsync(new MonitorChanges { Port = port }, _told, Cancellation);
        Assert.Equal((before.ProcessId, port), (after.ProcessId, after.Uri.Port));
        Assert.Equal(new SystemdUnitStatus("active", after.ProcessId!.Value), await _systemctl.StatusAsync(Unit, Cancellation));
        await HasPageAsync(port);
    }

    [Fact]
    public async Task Its_page_can_move_to_a_port_that_only_root_opens()
    {
        await StartAsync();
        var after = await _service.ChangeAsync(new MonitorChanges { Port = 80 }, _told, Cancellation);
        Assert.Equal((HeartbeatMonitorState.Running, true, 80), (after.State, after.IsPersistent, after.Uri.Port));
        await HasPageAsync(80);
    }

    [Fact]
    public async Task A_change_that_takes_another_process_and_cannot_be_leaves_it_running_as_it_was()
    {
        await StartAsync();
        using var other = new BackendServer("other", port: 80);
        await Failing.WithAsync("PortTaken", () => _service.ChangeAsync(new MonitorChanges { Port = 80 }, _told, Cancellation));
        var monitor = await _service.RequireAsync(Cancellation);
        Assert.Equal((HeartbeatMonitorState.Running, true, _port), (monitor.State, monitor.IsPersistent, monitor.Uri.Port));
        Assert.Equal("active", (await _systemctl.StatusAsync(Unit, Cancellation)).State);
        await HasPageAsync(_port);
    }

    [Fact]
    public async Task A_change_that_cannot_be_leaves_it_running_as_it_was()
    {
        await StartAsync();
        await Failing.WithAsync("PortTaken", () => _service.ChangeAsync(new MonitorChanges { Port = _shop.Port }, _told, Cancellation));
        var monitor = await _service.RequireAsync(Cancellation);
        Assert.Equal((HeartbeatMonitorState.Running, _port), (monitor.State, monitor.Uri.Port));
        await HasPageAsync(_port);
    }

    [Fact]
    public async Task Stopped_it_leaves_no_unit_and_started_again_it_is_one()
    {
        await StartAsync();
        await _service.StopAsync(isRemoved: false, Cancellation);
        Assert.False(File.Exists(UnitFile));
        Assert.False(File.Exists(Link));
        Assert.Equal("inactive", (await _systemctl.StatusAsync(Unit, Cancellation)).State);
        var monitor = await _service.StartAsync(new MonitorChanges(), _told, Cancellation);
        Assert.Equal((HeartbeatMonitorState.Running, true), (monitor.State, monitor.IsPersistent));
        Assert.Equal("active", (await _systemctl.StatusAsync(Unit, Cancellation)).State);
    }

    [Fact]
    public async Task It_comes_out_of_systemds_care_and_under_it_again()
    {
        await StartAsync();
        var alone = await _service.ChangeAsync(new MonitorChanges { IsPersistent = false }, _told, Cancellation);
        Assert.Equal((HeartbeatMonitorState.Running, false), (alone.State, alone.IsPersistent));
        Assert.False(File.Exists(UnitFile));
        await HasPageAsync(_port);
        var kept = await _service.ChangeAsync(new MonitorChanges { IsPersistent = true }, _told, Cancellation);
        Assert.Equal(new SystemdUnitStatus("active", kept.ProcessId!.Value), await _systemctl.StatusAsync(Unit, Cancellation));
        await HasPageAsync(_port);
    }

    [Fact]
    public async Task A_start_that_fails_leaves_no_unit_and_says_why()
    {
        await Failing.WithAsync("PortTaken", () => StartAsync(_shop.Port));
        Assert.False(File.Exists(UnitFile));
        Assert.Null(await _service.GetAsync(Cancellation));
    }

    [Fact]
    public async Task Removed_it_leaves_neither_unit_nor_settings_nor_history()
    {
        var monitor = await StartAsync();
        await IsUpAsync();
        Assert.Null(await _service.StopAsync(isRemoved: true, Cancellation));
        Assert.False(File.Exists(UnitFile));
        Assert.False(File.Exists(monitor.HistoryPath));
        Assert.Null(await _service.GetAsync(Cancellation));
    }

    private static async Task HasPageAsync(int port)
    {
        using var browser = new HttpClient();
        var page = await browser.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), Cancellation);
        Assert.Contains("<title>Heartbeats", page, StringComparison.OrdinalIgnoreCase);
    }

    private Task<HeartbeatMonitor> StartAsync(int? port = null) =>
        _service.StartAsync(new MonitorChanges { Port = port ?? _port, Interval = TimeSpan.FromMilliseconds(250), IsPersistent = true }, _told, Cancellation);

    private Task IsUpAsync() =>
        Eventually.IsAsync(async () => (await _client.ReportAsync(Cancellation))?.Heartbeats.Any(heartbeat => heartbeat is { Target: "shop", State: HeartbeatState.Up }) == true);
}
