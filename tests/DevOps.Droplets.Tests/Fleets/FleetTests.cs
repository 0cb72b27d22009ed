using DevOps.Core.DigitalOcean;
using DevOps.Core.Fleets;
using DevOps.Core.Hosts;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Fleets;

public sealed class FleetTests(LocalCloudFixture cloud) : IDisposable
{
    private readonly CloudSession _session = cloud.Open();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task A_fleet_of_two_is_active_verified_and_pinned()
    {
        var droplets = await cloud.Pair.GetAsync();
        Assert.Empty(cloud.Pair.Told.Failures);
        Assert.Equal(["pair-1", "pair-2"], droplets.Select(droplet => droplet.Name));
        Assert.All(droplets, droplet => Assert.True(DropletInventory.IsReady(droplet)));
        Assert.Equal(2, droplets.SelectMany(HostConnector.PinnedKeys).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task The_bootstrap_key_has_been_replaced_and_no_other_host_key_is_left()
    {
        await using var session = await cloud.Pair.ConnectAsync();
        var bootstrap = await session.RunAsync("grep -rho 'ssh-ed25519 [A-Za-z0-9+/=]*' /var/lib/cloud/instance/cloud-config.txt", ct: Ct);
        var used = await session.RunAsync("cat /etc/ssh/ssh_host_ed25519_key.pub; ls /etc/ssh | grep -c '^ssh_host_.*key'", ct: Ct);
        Assert.Equal(0, bootstrap.ExitCode);
        var key = bootstrap.Output.Trim().Split(' ')[1];
        Assert.DoesNotContain(key, used.Output, StringComparison.Ordinal);
        Assert.Equal("2", used.Output.Trim().Split('\n')[^1]);
    }

    [Fact]
    public async Task Nothing_about_a_finished_creation_is_kept()
    {
        await cloud.Pair.GetAsync();
        var records = Directory.EnumerateFiles(cloud.State.PathOf("fleets"), "*.json", SearchOption.AllDirectories);
        Assert.DoesNotContain(records, file => Path.GetFileName(file).StartsWith("pair-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_run_creates_nothing()
    {
        var droplets = await cloud.Pair.GetAsync();
        var service = new FleetService(cloud.State, _session);
        Assert.Empty((await service.PlanAsync(new FleetRequest("pair", 2), Ct)).Create);
        var fleet = await service.CreateAsync(new FleetRequest("pair", 2), new Told(), Ct);
        Assert.Equal(droplets.Select(droplet => droplet.Id), fleet.Droplets.Select(droplet => droplet.Id));
    }

    [Fact]
    public async Task Fewer_than_exist_is_a_warning_that_names_the_command()
    {
        var droplets = await cloud.Pair.GetAsync();
        var told = new Told();
        var fleet = await new FleetService(cloud.State, _session).CreateAsync(new FleetRequest("pair", 1), told, Ct);
        Assert.Equal(2, fleet.Count);
        Assert.Contains("Remove-Droplet pair-2", Assert.Single(told.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("creating")]
    [InlineData("waiting for its address")]
    [InlineData("waiting for SSH")]
    [InlineData("waiting for cloud-init")]
    [InlineData("replacing the host key")]
    [InlineData("verifying the host key")]
    public async Task A_run_that_is_interrupted_anywhere_is_finished_by_the_next(string status)
    {
        var name = "cut" + status.Length;
        var service = new FleetService(cloud.State, _session);
        using var interrupt = new CancellationTokenSource();
        var told = new Told(message =>
        {
            if (message is Core.Operations.ProgressMessage progress && progress.Status == status) interrupt.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.CreateAsync(new FleetRequest(name, 1), told, interrupt.Token));

        var next = new Told();
        var fleet = await service.CreateAsync(new FleetRequest(name, 1), next, Ct);
        Assert.Empty(next.Failures);
        Assert.Equal((1, 1), (fleet.Count, fleet.Ready));
        await using (await new HostConnector(cloud.State).ConnectAsync(fleet.Droplets[0], Ct))
        {
        }

        await RemoveAsync(fleet);
    }

    [Fact]
    public async Task A_half_made_droplet_whose_first_key_is_unknown_is_refused()
    {
        var service = new FleetService(cloud.State, _session);
        using var interrupt = new CancellationTokenSource();
        var told = new Told(message =>
        {
            if (message is Core.Operations.ProgressMessage { Status: "waiting for SSH" }) interrupt.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.CreateAsync(new FleetRequest("orphan", 1), told, interrupt.Token));
        File.Delete(Directory.EnumerateFiles(cloud.State.PathOf("fleets"), "orphan-1.json", SearchOption.AllDirectories).Single());

        var next = new Told();
        var fleet = await service.CreateAsync(new FleetRequest("orphan", 1), next, Ct);
        var failure = Assert.Single(next.Failures);
        Assert.Equal("HostKeyUnknown", failure.Id);
        Assert.Contains("Remove-Droplet orphan-1", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal((1, 0), (fleet.Count, fleet.Ready));
        await RemoveAsync(fleet);
    }

    [Fact]
    public async Task A_first_start_that_fails_says_why_and_the_droplet_is_in_the_fleet()
    {
        var told = new Told();
        var fleet = await new FleetService(cloud.State, _session).CreateAsync(new FleetRequest("broken", 1) { Packages = ["no-such-package"] }, told, Ct);
        var failure = Assert.Single(told.Failures);
        Assert.Equal("CloudInitFailed", failure.Id);
        Assert.Contains("broken-1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Unable to locate package no-such-package", failure.Message, StringComparison.Ordinal);
        Assert.Equal((1, 0), (fleet.Count, fleet.Ready));
        await RemoveAsync(fleet);
    }

    [Fact]
    public async Task User_data_is_merged_with_packages_and_cannot_change_who_is_trusted()
    {
        const string UserData = """
            #cloud-config
            packages: [tree]
            ssh_keys:
              ed25519_private: nonsense
            write_files:
              - path: /etc/greeting
                content: "grüß dich: it's"
            runcmd:
              - echo ran > /etc/ran
            """;
        var told = new Told();
        var fleet = await new FleetService(cloud.State, _session).CreateAsync(
            new FleetRequest("merged", 1) { UserData = UserData, Packages = ["jq"], Tags = ["team:shop"] }, told, Ct);
        Assert.Empty(told.Failures);
        Assert.Equal(1, fleet.Ready);
        Assert.Contains("team:shop", fleet.Droplets[0].Tags);
        await using (var session = await new HostConnector(cloud.State).ConnectAsync(fleet.Droplets[0], Ct))
        {
            var result = await session.RunAsync("cat /etc/greeting /etc/ran; command -v tree; command -v jq", ct: Ct);
            Assert.Equal("grüß dich: it'sran\n/usr/bin/tree\n/usr/bin/jq\n", result.Output);
        }

        await RemoveAsync(fleet);
    }

    [Fact]
    public async Task Removing_a_fleet_leaves_nothing_of_it()
    {
        var service = new FleetService(cloud.State, _session);
        var fleet = await service.CreateAsync(new FleetRequest("gone", 2), new Told(), Ct);
        Assert.Equal(2, fleet.Ready);
        await RemoveAsync(fleet);
        Assert.Empty(await _session.Droplets.ListAsync("gone", Ct));
        Assert.DoesNotContain(await _session.Droplets.ListFleetsAsync(Ct), other => other.Name == "gone");
        foreach (var droplet in fleet.Droplets) Assert.Null(await _session.Client.FindDropletAsync(droplet.Id, Ct));
    }

    [Fact]
    public async Task A_protected_fleet_is_refused_until_it_is_unprotected()
    {
        var droplets = await cloud.Pair.GetAsync();
        var service = new FleetService(cloud.State, _session);
        var fleet = await service.ProtectAsync("pair", isProtected: true, Ct);
        Assert.True(fleet.IsProtected);
        Assert.Equal("DropletProtected", Assert.Throws<Core.DevOpsException>(() => DropletRemoval.Check(fleet.Droplets[0], force: false)).Id);
        DropletRemoval.Check(fleet.Droplets[0], force: true);
        var after = await service.ProtectAsync("pair", isProtected: false, Ct);
        Assert.False(after.IsProtected);
        DropletRemoval.Check(after.Droplets[0], force: false);
    }

    private async Task RemoveAsync(DropletFleet fleet)
    {
        var told = new Told();
        var removed = await new DropletRemoval(cloud.State, _session).RemoveAsync(fleet.Droplets, told, Ct);
        Assert.Empty(told.Failures);
        Assert.Equal(fleet.Count, removed.Count);
    }
}
