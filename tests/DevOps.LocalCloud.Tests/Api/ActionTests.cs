using DevOps.LocalCloud.Tests.Hosting;

namespace DevOps.LocalCloud.Tests.Api;

public sealed class ActionTests
{
    [Fact]
    public async Task A_droplet_that_is_powered_off_and_on_shows_it()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1");
        Assert.Equal("off", await StatusAfterAsync(cloud, id, "power_off"));
        Assert.Equal("active", await StatusAfterAsync(cloud, id, "power_on"));
        Assert.Equal("off", await StatusAfterAsync(cloud, id, "shutdown"));
        Assert.Equal("active", await StatusAfterAsync(cloud, id, "power_cycle"));
        Assert.Equal("active", await StatusAfterAsync(cloud, id, "reboot"));
    }

    [Fact]
    public async Task A_droplet_whose_container_was_killed_is_off()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1");
        cloud.Engine.Kill(id);
        Assert.Equal("off", await StatusAsync(cloud, id));
    }

    [Fact]
    public async Task A_second_action_has_to_wait_for_the_first()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Engine.IsHeld = true;
        var id = (await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-1"))).Body!["droplet"]!["id"]!.GetValue<long>();
        var answer = await cloud.PostAsync($"/v2/droplets/{id}/actions", """{"type":"power_off"}""");
        Assert.Equal((422, "Droplet already has a pending event."), (answer.Status, answer.ErrorMessage));
    }

    [Fact]
    public async Task An_action_of_a_droplet_is_found_both_ways_and_listed()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1");
        var action = (await cloud.PostAsync($"/v2/droplets/{id}/actions", """{"type":"reboot"}""")).Body!["action"]!["id"]!.GetValue<long>();
        await cloud.SettleAsync();
        Assert.Equal("completed", (await cloud.GetAsync($"/v2/actions/{action}")).Body!["action"]!["status"]!.GetValue<string>());
        Assert.Equal(200, (await cloud.GetAsync($"/v2/droplets/{id}/actions/{action}")).Status);
        var types = (await cloud.GetAsync($"/v2/droplets/{id}/actions")).Body!["actions"]!.AsArray().Select(item => item!["type"]!.GetValue<string>());
        Assert.Equal(["reboot", "create"], types);
    }

    [Fact]
    public async Task An_action_of_another_droplet_is_not_found_below_this_one()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var one = await cloud.CreateActiveAsync("web-1");
        var other = await cloud.CreateActiveAsync("web-2");
        var action = (await cloud.PostAsync($"/v2/droplets/{one}/actions", """{"type":"reboot"}""")).Body!["action"]!["id"]!.GetValue<long>();
        Assert.Equal(404, (await cloud.GetAsync($"/v2/droplets/{other}/actions/{action}")).Status);
    }

    [Fact]
    public async Task An_action_that_the_local_cloud_does_not_have_is_refused()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1");
        Assert.Equal(422, (await cloud.PostAsync($"/v2/droplets/{id}/actions", """{"type":"resize"}""")).Status);
    }

    [Fact]
    public async Task A_renamed_droplet_has_the_new_name()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1");
        await cloud.PostAsync($"/v2/droplets/{id}/actions", """{"type":"rename","name":"web-9"}""");
        await cloud.SettleAsync();
        Assert.Equal("web-9", (await cloud.GetAsync($"/v2/droplets/{id}")).Body!["droplet"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_tag_powers_off_those_that_bear_it()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var web = await cloud.CreateActiveAsync("web-1", "fleet:web");
        var database = await cloud.CreateActiveAsync("db-1", "fleet:db");
        var answer = await cloud.PostAsync("/v2/droplets/actions?tag_name=fleet:web", """{"type":"power_off"}""");
        await cloud.SettleAsync();
        Assert.Equal((201, "off", "active"), (answer.Status, await StatusAsync(cloud, web), await StatusAsync(cloud, database)));
    }

    private static async Task<string> StatusAfterAsync(CloudFixture cloud, long id, string type)
    {
        Assert.Equal(201, (await cloud.PostAsync($"/v2/droplets/{id}/actions", $$"""{"type":"{{type}}"}""")).Status);
        await cloud.SettleAsync();
        return await StatusAsync(cloud, id);
    }

    private static async Task<string> StatusAsync(CloudFixture cloud, long id) =>
        (await cloud.GetAsync($"/v2/droplets/{id}")).Body!["droplet"]!["status"]!.GetValue<string>();
}
