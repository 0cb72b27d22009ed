using DevOps.LocalCloud.Droplets;
using DevOps.LocalCloud.Tests.Hosting;

namespace DevOps.LocalCloud.Tests.Droplets;

public sealed class RestartTests
{
    [Fact]
    public async Task Droplets_keys_and_token_survive_a_restart()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.PostAsync("/v2/account/keys", $$"""{"name":"mine","public_key":"{{CloudFixture.PublicKey}}"}""");
        var id = await cloud.CreateActiveAsync("web-1", "fleet:web");
        var token = cloud.Token;
        var before = (await cloud.GetAsync($"/v2/droplets/{id}")).Body!.ToJsonString();
        await cloud.RestartAsync();
        cloud.Token = token;
        Assert.Equal(before, (await cloud.GetAsync($"/v2/droplets/{id}")).Body!.ToJsonString());
        Assert.Equal(200, (await cloud.GetAsync($"/v2/account/keys/{CloudFixture.Fingerprint}")).Status);
    }

    [Fact]
    public async Task A_creation_that_the_end_interrupted_is_finished_after_the_restart()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Engine.IsHeld = true;
        var id = (await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-1"))).Body!["droplet"]!["id"]!.GetValue<long>();
        await cloud.RestartAsync();
        cloud.Engine.Release();
        await cloud.SettleAsync();
        Assert.Equal("active", await StatusAsync(cloud, id));
    }

    [Fact]
    public async Task A_container_without_a_droplet_is_removed_at_the_restart()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Engine.AddOrphan(99);
        await cloud.RestartAsync();
        Assert.Empty(cloud.Engine.Containers);
    }

    [Fact]
    public async Task A_droplet_that_the_machines_reboot_ended_is_off_and_can_be_powered_on()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1");
        cloud.Engine.Kill(id);
        await cloud.RestartAsync();
        Assert.Equal("off", await StatusAsync(cloud, id));
        await cloud.PostAsync($"/v2/droplets/{id}/actions", """{"type":"power_on"}""");
        await cloud.SettleAsync();
        Assert.Equal("active", await StatusAsync(cloud, id));
    }

    [Fact]
    public async Task Droplets_that_were_stopped_with_the_cloud_come_back_with_it_and_those_that_were_off_stay_off()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var on = await cloud.CreateActiveAsync("web-1");
        var off = await cloud.CreateActiveAsync("web-2");
        await cloud.PostAsync($"/v2/droplets/{off}/actions", """{"type":"power_off"}""");
        await cloud.SettleAsync();
        cloud.Store.Change(state => state with { IsSuspended = true });
        cloud.Engine.Kill(on);
        await cloud.RestartAsync();
        Assert.Equal(("active", "off"), (await StatusAsync(cloud, on), await StatusAsync(cloud, off)));
    }

    [Fact]
    public async Task No_number_is_used_twice_even_after_a_restart()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var first = await cloud.CreateActiveAsync("web-1");
        await cloud.DeleteAsync($"/v2/droplets/{first}");
        await cloud.RestartAsync();
        Assert.True(await cloud.CreateActiveAsync("web-2") > first);
    }

    [Fact]
    public async Task The_state_with_the_token_is_its_owners_alone()
    {
        await using var cloud = await CloudFixture.StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(cloud.Folder, "cloud.json")));
    }

    [Fact]
    public void A_damaged_state_file_is_said_and_not_overwritten()
    {
        var folder = Directory.CreateTempSubdirectory("localcloud-test-").FullName;
        try
        {
            var file = Path.Combine(folder, "cloud.json");
            File.WriteAllText(file, "{ half");
            var failure = Assert.Throws<CloudFailure>(() => CloudStore.Open(folder));
            Assert.Equal("LocalCloudStateDamaged", failure.ToServerFailure().Id);
            Assert.Equal("{ half", File.ReadAllText(file));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_change_that_throws_changes_nothing()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var before = cloud.Store.Current;
        Assert.Throws<InvalidOperationException>(() => cloud.Store.Change(_ => throw new InvalidOperationException("half-way")));
        Assert.Same(before, cloud.Store.Current);
    }

    private static async Task<string> StatusAsync(CloudFixture cloud, long id) =>
        (await cloud.GetAsync($"/v2/droplets/{id}")).Body!["droplet"]!["status"]!.GetValue<string>();
}
