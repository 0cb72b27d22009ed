using DevOps.Core.Fleets;
using DevOps.Core.Heartbeats;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Heartbeats;

/// <summary>Units of real hosts, reached through the account by their droplet's name.</summary>
public sealed class UnitHeartbeatTests(LocalCloudFixture cloud) : IDisposable
{
    private const string FailingUnit = """
        printf '[Service]\nExecStart=/bin/sh -c "exit 3"\n' > "/run/systemd/system/$1"
        systemctl daemon-reload
        systemctl start "$1"
        while ! systemctl is-failed --quiet "$1"; do sleep 0.1; done
        """;

    private readonly HeartbeatService _service = new(cloud.State);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task A_unit_that_runs_is_up()
    {
        var droplets = await cloud.Pair.GetAsync();
        var heartbeats = await TestAsync($"{droplets[0].Name}/ssh.service", $"{droplets[0].Name}/systemd-journald.service", $"{droplets[1].Name}/ssh.service");
        Assert.All(heartbeats, heartbeat => Assert.Equal((HeartbeatState.Up, null), (heartbeat.State, heartbeat.Cause)));
        Assert.Matches(@"^active \(running\).* since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\z", heartbeats[0].Evidence);
    }

    [Fact]
    public async Task A_unit_that_has_failed_is_down_with_how_and_since_when()
    {
        await using var session = await cloud.Pair.ConnectAsync();
        Assert.Equal(0, (await session.RunAsync(FailingUnit, ["devops-test@failing.service"], ct: Ct)).ExitCode);
        var heartbeat = Assert.Single(await TestAsync($"{session.Droplet.Name}/devops-test@failing.service"));
        Assert.Equal((HeartbeatState.Down, "failed"), (heartbeat.State, heartbeat.Evidence));
        Assert.Matches(@"^it has failed since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: exit code 3\z", heartbeat.Cause);
    }

    [Fact]
    public async Task A_unit_that_does_not_exist_is_down()
    {
        var name = (await cloud.Pair.GetAsync())[0].Name;
        var heartbeat = Assert.Single(await TestAsync($"{name}/nothing.service"));
        Assert.Equal((HeartbeatState.Down, $"there is no unit nothing.service on {name}"), (heartbeat.State, heartbeat.Cause));
    }

    [Fact]
    public async Task A_droplet_that_does_not_exist_makes_its_unit_down() =>
        Assert.Contains("nobody-1", Assert.Single(await TestAsync("nobody-1/ssh.service")).Cause, StringComparison.Ordinal);

    [Fact]
    public async Task A_host_that_goes_and_comes_back_is_down_and_up_again()
    {
        using var session = cloud.Open();
        var droplet = (await new FleetService(cloud.State, session).CreateAsync(new FleetRequest("beating", 1), new Told(), Ct)).Droplets[0];
        Assert.Equal(HeartbeatState.Up, Assert.Single(await TestAsync("beating-1/ssh.service")).State);
        var power = new DropletPower(cloud);
        await power.OffAsync(droplet, Ct);
        var gone = Assert.Single(await TestAsync("beating-1/ssh.service"));
        Assert.Equal(HeartbeatState.Down, gone.State);
        Assert.NotNull(gone.Cause);
        await power.OnAsync(droplet, Ct);
        Assert.Equal(HeartbeatState.Up, Assert.Single(await TestAsync("beating-1/ssh.service")).State);
        await new DropletRemoval(cloud.State, session).RemoveAsync([droplet], new Told(), Ct);
    }

    private Task<IReadOnlyList<Heartbeat>> TestAsync(params string[] units) =>
        _service.TestAsync([.. units.Select((unit, index) => new HeartbeatTarget { Name = $"unit-{index}", Uri = new Uri($"systemd://{unit}"), Connection = LocalCloudFixture.Connection })], new Told(), Ct);
}
