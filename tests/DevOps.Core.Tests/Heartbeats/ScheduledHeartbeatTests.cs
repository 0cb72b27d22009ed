using DevOps.Core.Heartbeats;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>
/// Tasks that systemd runs. They make units of the machine itself, so they run where a variable says that the machine is
/// there for that: DevOps.Podman.Tests runs this program on a droplet.
/// </summary>
public sealed class ScheduledHeartbeatTests : IAsyncDisposable
{
    private const string Name = "shop";
    private const string TimerUnit = "devops-heartbeat-shop.timer";
    private const string ServiceUnit = "devops-heartbeat-shop.service";

    private readonly TestState _state = new();
    private readonly HeartbeatTaskService _service;
    private readonly Systemctl _systemctl = new(SystemdScope.System);

    public ScheduledHeartbeatTests()
    {
        Assert.SkipUnless(
            Systemctl.IsBooted && Environment.GetEnvironmentVariable("DEVOPS_TEST_SYSTEMD") == "1",
            "The machine is not one on which units may be made.");
        _service = new HeartbeatTaskService(_state.State);
    }

    private string Runs => _state.State.PathOf("runs");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var task in await _service.ListAsync(CancellationToken.None)) await _service.RemoveAsync(task.Name, CancellationToken.None);
        _state.Dispose();
    }

    [Fact]
    public async Task It_runs_again_and_again_with_the_installations_state_folder_and_a_finding_is_no_failure()
    {
        await RegisterAsync(TimeSpan.FromSeconds(5));
        await Eventually.IsAsync(() => File.Exists(Runs) && File.ReadAllLines(Runs).Length >= 2);
        Assert.All(await File.ReadAllLinesAsync(Runs, Cancellation), line => Assert.Equal($"state {_state.State.Root}", line));
        await Eventually.IsAsync(async () => (await _service.ListAsync(Cancellation))[0] is { LastExitCode: 2, LastRun: not null });
        Assert.NotEqual("failed", (await _systemctl.StatusAsync(ServiceUnit, Cancellation)).State);
    }

    [Fact]
    public async Task A_task_that_is_registered_again_has_its_new_interval_and_starts_with_the_machine()
    {
        await RegisterAsync(TimeSpan.FromHours(5));
        var task = await RegisterAsync(TimeSpan.FromHours(6));
        Assert.Equal((TimeSpan.FromHours(6), HeartbeatScheduler.Systemd), (task.Interval, task.Scheduler));
        Assert.Equal("active", (await _systemctl.StatusAsync(TimerUnit, Cancellation)).State);
        Assert.True(File.Exists($"/etc/systemd/system/timers.target.wants/{TimerUnit}"));
        Assert.Single(await _service.ListAsync(Cancellation));
    }

    [Fact]
    public async Task What_is_removed_leaves_nothing()
    {
        var task = await RegisterAsync(TimeSpan.FromHours(5));
        await _service.RemoveAsync(Name, Cancellation);
        Assert.Empty(await _service.ListAsync(Cancellation));
        Assert.False(File.Exists(task.File));
        Assert.Empty(Directory.EnumerateFiles("/etc/systemd/system", "devops-heartbeat-*", SearchOption.AllDirectories));
        await Eventually.IsAsync(async () => (await _systemctl.StatusAsync(TimerUnit, Cancellation)).State == "inactive");
    }

    private Task<HeartbeatTask> RegisterAsync(TimeSpan interval) =>
        _service.RegisterAsync(Name, interval, ["/bin/sh", "-c", "echo \"state $DEVOPS_STATE\" >>\"$1\"; exit 2", "sh", Runs], new Progress<OperationMessage>(), Cancellation);
}
