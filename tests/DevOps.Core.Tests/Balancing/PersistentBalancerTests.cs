using System.Diagnostics;
using DevOps.Core.Balancing;
using DevOps.Core.Servers;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Balancing;

/// <summary>
/// Balancers that systemd keeps running. They make units of the machine itself, so they run where a variable says that the
/// machine is there for that: DevOps.Podman.Tests runs this program on a droplet.
/// </summary>
public sealed class PersistentBalancerTests : IAsyncDisposable
{
    private const string Unit = "devops-balancer-shop.service";

    private readonly BalancerBed _bed = new();
    private readonly Systemctl _systemctl = new(SystemdScope.System);

    public PersistentBalancerTests() => Assert.SkipUnless(
        Systemctl.IsBooted && Environment.GetEnvironmentVariable("DEVOPS_TEST_SYSTEMD") == "1",
        "The machine is not one on which units may be made.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task It_serves_as_a_unit_that_is_started_with_the_machine()
    {
        var balancer = await StartAsync();
        Assert.Equal((BalancerState.Running, true), (balancer.State, balancer.IsPersistent));
        Assert.Equal(["production", "production", "canary"], await _bed.AskAsync(3, port: null));
        Assert.Equal(new SystemdUnitStatus("active", balancer.ProcessId!.Value), await _systemctl.StatusAsync(Unit, Cancellation));
        Assert.True(File.Exists($"/etc/systemd/system/multi-user.target.wants/{Unit}"));
    }

    [Fact]
    public async Task Killed_it_comes_back_by_itself()
    {
        var first = await StartAsync();
        await RunAsync("kill", "-9", $"{first.ProcessId}");
        var second = await WaitForOtherAsync(first);
        Assert.Equal(BalancerState.Running, second.State);
        Assert.Equal("production", await _bed.AskAsync());
    }

    [Fact]
    public async Task A_reload_by_systemctl_and_a_restart_by_us_change_the_units_main_process()
    {
        var first = await StartAsync();
        await RunAsync("systemctl", "reload", Unit);
        var second = await WaitForOtherAsync(first);
        await WaitForMainProcessAsync(second);
        await WaitForMainProcessAsync(await _bed.Service.RestartAsync(BalancerBed.Name, _bed.Told, Cancellation));
        Assert.Equal("production", await _bed.AskAsync());
    }

    [Fact]
    public async Task Stopped_it_stays_stopped_until_it_is_started()
    {
        await StartAsync();
        await _bed.StopAsync();
        Assert.Equal("inactive", (await _systemctl.StatusAsync(Unit, Cancellation)).State);
        Assert.False(File.Exists($"/etc/systemd/system/multi-user.target.wants/{Unit}"));
        Assert.True((await _bed.StartAsync(new BalancerChanges())).IsPersistent);
        Assert.Equal("production", await _bed.AskAsync());
    }

    [Fact]
    public async Task It_comes_out_of_systemds_care_and_under_it_again()
    {
        await StartAsync();
        Assert.False((await _bed.StartAsync(new BalancerChanges { IsPersistent = false })).IsPersistent);
        Assert.False(File.Exists($"/etc/systemd/system/{Unit}"));
        Assert.Equal("production", await _bed.AskAsync());
        var back = await _bed.StartAsync(new BalancerChanges { IsPersistent = true });
        await WaitForMainProcessAsync(back);
        Assert.Equal(2, _bed.Told.Warnings.Count);
    }

    [Fact]
    public async Task Its_time_to_drain_is_the_units_too()
    {
        await StartAsync();
        await _bed.ChangeAsync(new BalancerChanges { DrainTimeout = TimeSpan.FromSeconds(7) });
        Assert.Contains("TimeoutStopUSec=17s", await RunAsync("systemctl", "show", "-p", "TimeoutStopUSec", Unit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_leaves_no_unit_and_says_why()
    {
        await Failing.WithAsync("PortTaken", () => StartAsync(_bed.Both with { StatusPort = _bed.Production.Port }));
        Assert.False(File.Exists($"/etc/systemd/system/{Unit}"));
        Assert.Empty(_bed.Service.Catalog.Names());
    }

    [Fact]
    public async Task Removed_it_leaves_no_unit()
    {
        await StartAsync();
        await _bed.StopAsync(isRemoved: true);
        Assert.False(File.Exists($"/etc/systemd/system/{Unit}"));
        Assert.Equal("inactive", (await _systemctl.StatusAsync(Unit, Cancellation)).State);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private Task<CanaryBalancer> StartAsync(BalancerChanges? changes = null) => _bed.StartAsync((changes ?? _bed.Both) with { IsPersistent = true });

    private async Task<CanaryBalancer> WaitForOtherAsync(CanaryBalancer before)
    {
        var now = before;
        await Eventually.IsAsync(async () =>
        {
            now = await _bed.Service.DescribeAsync(BalancerBed.Name, Cancellation);
            return now is { State: BalancerState.Running, ProcessId: { } id } && id != before.ProcessId;
        });
        return now;
    }

    // systemd hears of it a moment after everybody else.
    private Task WaitForMainProcessAsync(CanaryBalancer balancer) =>
        Eventually.IsAsync(async () => await _systemctl.StatusAsync(Unit, Cancellation) == new SystemdUnitStatus("active", balancer.ProcessId!.Value));
}
