using DevOps.Core.Heartbeats;
using DevOps.Core.Heartbeats.Systemd;
using DevOps.Core.Hosts;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Units, as systemctl tells of them. How a droplet is reached is shown with real droplets.</summary>
public sealed class SystemdCheckTests : IDisposable
{
    private const string Begin = "2026-05-01 10:00:00 UTC";

    private readonly HeartbeatBed _bed;
    private readonly List<string> _opened = [];
    private readonly List<string> _asked = [];
    private Func<Task<HostCommandResult>> _answer = () => Answer("LoadState=loaded\nActiveState=active\nSubState=running\n");
    private bool _isConnected = true;

    public SystemdCheckTests() => _bed = new HeartbeatBed(open: (droplet, connection, _) =>
    {
        _opened.Add($"{droplet} by {connection}");
        return Task.FromResult(new DropletShell(
            (_, arguments, _) =>
            {
                lock (_asked) _asked.Add(string.Join(' ', arguments));
                return _answer();
            },
            () => _isConnected,
            () => ValueTask.CompletedTask));
    });

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData("loaded", "active", "running", "success", 0, 0, HeartbeatState.Up, null, $"active (running) since {Begin}")]
    [InlineData("loaded", "active", "exited", "success", 0, 0, HeartbeatState.Up, null, $"active (exited) since {Begin}")]
    [InlineData("loaded", "active", "running", "success", 0, 1, HeartbeatState.Up, null, $"active (running), 1 restart since {Begin}")]
    [InlineData("not-found", "active", "running", "success", 0, 0, HeartbeatState.Up, null, $"active (running) since {Begin}")]
    [InlineData("loaded", "activating", "auto-restart", "exit-code", 3, 7, HeartbeatState.Degraded, $"it is activating (auto-restart) since {Begin}, after exit code 3", "activating (auto-restart), 7 restarts")]
    [InlineData("loaded", "reloading", "reload", "success", 0, 0, HeartbeatState.Degraded, $"it is reloading (reload) since {Begin}", "reloading (reload)")]
    [InlineData("loaded", "deactivating", "stop-sigterm", "success", 0, 0, HeartbeatState.Degraded, $"it is deactivating (stop-sigterm) since {Begin}", "deactivating (stop-sigterm)")]
    [InlineData("loaded", "failed", "failed", "exit-code", 3, 0, HeartbeatState.Down, $"it has failed since {Begin}: exit code 3", "failed")]
    [InlineData("loaded", "failed", "failed", "signal", 9, 0, HeartbeatState.Down, $"it has failed since {Begin}: signal 9", "failed")]
    [InlineData("loaded", "failed", "failed", "start-limit-hit", 1, 5, HeartbeatState.Down, $"it has failed since {Begin}: too many starts in a short time (start-limit-hit)", "failed, 5 restarts")]
    [InlineData("loaded", "failed", "failed", "oom-kill", 9, 0, HeartbeatState.Down, $"it has failed since {Begin}: want of memory (oom-kill)", "failed")]
    [InlineData("loaded", "inactive", "dead", "success", 0, 0, HeartbeatState.Down, $"it is inactive (dead) since {Begin}", "inactive (dead)")]
    [InlineData("masked", "inactive", "dead", "success", 0, 0, HeartbeatState.Down, $"it is masked, so that it cannot be started, and inactive (dead) since {Begin}", "inactive (dead)")]
    [InlineData("bad-setting", "inactive", "dead", "success", 0, 0, HeartbeatState.Down, $"its unit file cannot be loaded (bad-setting), and it is inactive (dead) since {Begin}", "inactive (dead)")]
    [InlineData("not-found", "inactive", "dead", "success", 0, 0, HeartbeatState.Down, "there is no unit itrust.service on itrust-1", "not-found")]
    public async Task A_unit_is_judged_by_its_state(string load, string active, string sub, string ended, int exitStatus, int restarts, HeartbeatState state, string? cause, string evidence)
    {
        _answer = () => Answer($"ExecMainStatus={exitStatus}\nNRestarts={restarts}\nResult={ended}\nLoadState={load}\nActiveState={active}\nSubState={sub}\nStateChangeTimestamp=Fri {Begin}\n");
        var result = await CheckAsync();
        Assert.Equal((state, cause, evidence), (result.State, result.Cause, result.Evidence));
    }

    [Fact]
    public async Task A_unit_that_was_never_started_is_told_so()
    {
        _answer = () => Answer("LoadState=loaded\nActiveState=inactive\nSubState=dead\nResult=success\nStateChangeTimestamp=\n");
        Assert.Equal("it is inactive (dead), and was not started", (await CheckAsync()).Cause);
    }

    [Fact]
    public async Task Kinds_of_units_that_do_not_end_are_judged_too()
    {
        _answer = () => Answer($"LoadState=loaded\nActiveState=active\nSubState=waiting\nStateChangeTimestamp=Fri {Begin}\n");
        Assert.Equal(HeartbeatState.Up, (await CheckAsync("systemd://itrust-1/backup.timer")).State);
    }

    [Fact]
    public async Task A_host_without_systemd_is_down()
    {
        _answer = () => Task.FromResult(new HostCommandResult(1, "", "System has not been booted with systemd.\nCan't operate.", TimeSpan.Zero));
        var result = await CheckAsync();
        Assert.Equal(("itrust-1 does not tell how it is: systemctl ended with 1", "System has not been booted with systemd. Can't operate."), (result.Cause, result.Evidence));
    }

    [Fact]
    public async Task Units_of_one_droplet_share_a_connection_which_is_kept()
    {
        await Task.WhenAll(CheckAsync(), CheckAsync("systemd://itrust-1/cron.service"));
        await CheckAsync();
        Assert.Equal(["itrust-1 by "], _opened);
        Assert.Equal(["cron.service", "itrust.service", "itrust.service"], _asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_droplet_and_each_account_has_its_own()
    {
        await CheckAsync();
        await CheckAsync("systemd://itrust-2/itrust.service");
        await CheckAsync(connection: "other");
        Assert.Equal(["itrust-1 by ", "itrust-2 by ", "itrust-1 by other"], _opened);
    }

    [Fact]
    public async Task A_connection_that_was_lost_is_made_anew()
    {
        await CheckAsync();
        _isConnected = false;
        var opening = CheckAsync();
        _isConnected = true;
        Assert.Equal(HeartbeatState.Up, (await opening).State);
        Assert.Equal(2, _opened.Count);
    }

    [Fact]
    public async Task A_host_that_hangs_is_down_within_the_time_and_its_connection_is_given_up()
    {
        _answer = () => new TaskCompletionSource<HostCommandResult>().Task;
        Assert.Equal("it did not answer within 0.1 s", (await CheckAsync(change: target => target with { Timeout = TimeSpan.FromMilliseconds(100) })).Cause);
        _answer = () => Answer("ActiveState=active\n");
        Assert.Equal(HeartbeatState.Up, (await CheckAsync()).State);
        Assert.Equal(2, _opened.Count);
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached_is_down()
    {
        _answer = () => throw new DevOpsException("DropletUnreachable", FailureKind.Unavailable, "Droplet 'itrust-1' does not answer SSH at 10.0.0.1.", "x");
        Assert.Equal("Droplet 'itrust-1' does not answer SSH at 10.0.0.1", (await CheckAsync()).Cause);
    }

    [Fact]
    public async Task Without_an_account_that_is_the_cause()
    {
        using var bed = new HeartbeatBed();
        var result = await bed.CheckAsync(new Uri("systemd://itrust-1/itrust.service"), target => target with { Connection = "nowhere" });
        Assert.Equal((HeartbeatState.Down, "There is no connection called 'nowhere'"), (result.State, result.Cause));
    }

    private static Task<HostCommandResult> Answer(string text) => Task.FromResult(new HostCommandResult(0, text, "", TimeSpan.Zero));

    private Task<CheckResult> CheckAsync(string address = "systemd://itrust-1/itrust.service", string? connection = null, Func<HeartbeatTarget, HeartbeatTarget>? change = null) =>
        _bed.CheckAsync(new Uri(address), target => (change?.Invoke(target) ?? target) with { Connection = connection });
}
