using DevOps.Core.Servers;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Servers;

/// <summary>
/// What systemd says of units of the machine itself, so these run where a variable says that the machine is there for that:
/// DevOps.Podman.Tests runs this program on a droplet.
/// </summary>
public sealed class SystemctlTests : IAsyncLifetime
{
    private const string Folder = "/run/systemd/system";
    private const string Slow = "devops-test-slow.service";
    private const string Waiting = "devops-test-waiting.service";

    private readonly Systemctl _systemctl = new(SystemdScope.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(
            Systemctl.IsBooted && Environment.GetEnvironmentVariable("DEVOPS_TEST_SYSTEMD") == "1",
            "The machine is not one on which units may be made.");
        const string install = "[Install]\nWantedBy=multi-user.target\n";
        await File.WriteAllTextAsync(Path.Combine(Folder, Slow), "[Service]\nType=oneshot\nExecStart=/bin/sleep infinity\n" + install, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Folder, Waiting), $"[Unit]\nAfter={Slow}\n[Service]\nExecStart=/bin/sleep infinity\n{install}", Cancellation);
        await _systemctl.ReloadFilesAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (!File.Exists(Path.Combine(Folder, Slow))) return;
        foreach (var unit in (string[])[Waiting, Slow])
        {
            await _systemctl.StopAsync(unit, CancellationToken.None);
            File.Delete(Path.Combine(Folder, unit));
        }

        await _systemctl.ReloadFilesAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_unit_whose_start_waits_in_the_queue_is_alive_and_one_that_nobody_starts_is_not()
    {
        Assert.Equal(new SystemdUnitStatus("inactive", 0), await _systemctl.StatusAsync(Waiting, Cancellation));
        await _systemctl.StartAsync(Slow, Cancellation);
        await Eventually.IsAsync(async () => (await _systemctl.StatusAsync(Slow, Cancellation)).State == "activating");
        await _systemctl.StartAsync(Waiting, Cancellation);
        var waiting = await _systemctl.StatusAsync(Waiting, Cancellation);
        Assert.Equal((new SystemdUnitStatus("activating", 0), true), (waiting, waiting.IsAlive));
    }
}
