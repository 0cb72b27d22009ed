using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Flags.Service;
using DevOps.Core.Servers;
using DevOps.Core.Tests.Balancing;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Core.Tests.Flags;

/// <summary>
/// A feature flag service that systemd keeps running on this machine. It is a unit of the machine itself, so these run where a
/// variable says that the machine is there for that: DevOps.Podman.Tests runs this program on a droplet. Nothing there is a
/// Redis: the service says so, and runs all the same.
/// </summary>
public sealed class PersistentFlagServiceTests : IAsyncDisposable
{
    private const string Unit = "devops-flags-shop.service";
    private const string UnitFile = $"/etc/systemd/system/{Unit}";
    private const string Link = $"/etc/systemd/system/multi-user.target.wants/{Unit}";

    private readonly TestState _state = new();
    private readonly string _bin = Directory.CreateTempSubdirectory("devops-bin-").FullName;
    private readonly Systemctl _systemctl = new(SystemdScope.System);
    private readonly FlagServiceControl _control;
    private readonly Told _told = new();
    private readonly int _port = FreePort.Find();

    public PersistentFlagServiceTests()
    {
        Assert.SkipUnless(
            Systemctl.IsBooted && Environment.GetEnvironmentVariable("DEVOPS_TEST_SYSTEMD") == "1",
            "The machine is not one on which units may be made.");
        var server = typeof(PersistentFlagServiceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Server").Value!;
        Directory.CreateSymbolicLink(Path.Combine(_bin, "server"), server);
        _control = new FlagServiceControl(_state.State, new ServerPrograms(_bin));
        new FlagServerStore(_state.State).Save(new SavedFlagServer("shop") { Uri = new Uri($"redis://127.0.0.1:{FreePort.Find()}") });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        // What systemd keeps running ends by systemd alone.
        if (_control.Names().Count > 0) await _control.StopAsync("shop", isRemoved: true, _told, CancellationToken.None);
        _state.Dispose();
        Directory.Delete(_bin, recursive: true);
    }

    [Fact]
    public async Task It_answers_as_a_unit_that_is_started_with_the_machine()
    {
        var service = await StartAsync();
        Assert.Equal((FeatureFlagServiceState.Empty, true), (service.State, service.IsPersistent));
        Assert.True((await _systemctl.StatusAsync(Unit, Cancellation)).IsAlive);
        Assert.True(File.Exists(Link));
    }

    [Fact]
    public async Task Killed_it_comes_back_by_itself()
    {
        await StartAsync();
        var first = (await _systemctl.StatusAsync(Unit, Cancellation)).MainProcessId;
        Process.GetProcessById(first).Kill();
        await Eventually.IsAsync(async () => (await DescribeAsync()).State == FeatureFlagServiceState.Empty && (await _systemctl.StatusAsync(Unit, Cancellation)).MainProcessId != first);
    }

    [Fact]
    public async Task Where_its_new_port_is_taken_it_goes_on_at_the_one_before()
    {
        await StartAsync();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => StartAsync(new FlagServiceChanges { Port = ((IPEndPoint)other.LocalEndpoint).Port }));
        Assert.Equal("PortTaken", failure.Id);
        Assert.Equal((FeatureFlagServiceState.Empty, _port), ((await DescribeAsync()).State, (await DescribeAsync()).Uri.Port));
        Assert.True((await _systemctl.StatusAsync(Unit, Cancellation)).IsAlive);
    }

    [Fact]
    public async Task It_becomes_a_process_that_nobody_keeps_running()
    {
        await StartAsync();
        await StartAsync(new FlagServiceChanges { IsPersistent = false });
        Assert.False(File.Exists(UnitFile));
        Assert.Equal((FeatureFlagServiceState.Empty, false), ((await DescribeAsync()).State, (await DescribeAsync()).IsPersistent));
    }

    [Fact]
    public async Task Stopped_it_leaves_no_unit()
    {
        await StartAsync();
        await _control.StopAsync("shop", isRemoved: false, _told, Cancellation);
        Assert.False(File.Exists(UnitFile) || File.Exists(Link));
        Assert.Equal(FeatureFlagServiceState.Stopped, (await DescribeAsync()).State);
    }

    private async Task<FeatureFlagService> StartAsync(FlagServiceChanges? changes = null) =>
        Assert.Single(await _control.StartAsync("shop", changes ?? new FlagServiceChanges { Port = _port, IsPersistent = true }, _told, Cancellation));

    private async Task<FeatureFlagService> DescribeAsync() => Assert.Single(await _control.GetAsync("shop", Cancellation));
}
