using DevOps.LocalCloud.Tests.Hosting;

namespace DevOps.LocalCloud.Tests.Api;

public sealed class DropletListTests
{
    [Fact]
    public async Task A_list_of_one_page_has_no_links()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.CreateActiveAsync("web-1");
        Assert.Empty((await cloud.GetAsync("/v2/droplets")).Body!["links"]!.AsObject());
    }

    [Fact]
    public async Task Following_the_next_links_gives_every_droplet_once()
    {
        await using var cloud = await CloudFixture.StartAsync();
        for (var number = 1; number <= 5; number++) await cloud.CreateActiveAsync($"web-{number}", "fleet:web");
        var names = new List<string>();
        string? next = "/v2/droplets?tag_name=fleet:web&per_page=2";
        while (next is not null)
        {
            var page = (await cloud.GetAsync(next)).Body!;
            Assert.Equal(5, page["meta"]!["total"]!.GetValue<int>());
            names.AddRange(page["droplets"]!.AsArray().Select(droplet => droplet!["name"]!.GetValue<string>()));
            next = page["links"]!["pages"]?["next"] is { } link ? new Uri(link.GetValue<string>()).PathAndQuery : null;
        }

        Assert.Equal(["web-1", "web-2", "web-3", "web-4", "web-5"], names);
    }

    [Fact]
    public async Task A_page_has_20_droplets_unless_asked_otherwise()
    {
        await using var cloud = await CloudFixture.StartAsync();
        for (var number = 1; number <= 21; number++) await cloud.PostAsync("/v2/droplets", CloudFixture.Order($"web-{number}"));
        Assert.Equal(20, (await cloud.GetAsync("/v2/droplets")).Body!["droplets"]!.AsArray().Count);
        Assert.Equal(21, (await cloud.GetAsync("/v2/droplets?per_page=200")).Body!["droplets"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_page_after_the_last_is_empty()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.CreateActiveAsync("web-1");
        Assert.Empty((await cloud.GetAsync("/v2/droplets?page=2147483647&per_page=200")).Body!["droplets"]!.AsArray());
    }

    [Theory]
    [InlineData("page=0")]
    [InlineData("per_page=-1")]
    [InlineData("per_page=many")]
    public async Task A_page_that_cannot_be_is_a_bad_request(string query)
    {
        await using var cloud = await CloudFixture.StartAsync();
        Assert.Equal(400, (await cloud.GetAsync("/v2/droplets?" + query)).Status);
    }

    [Fact]
    public async Task A_name_is_looked_up_exactly_and_without_regard_to_case()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.CreateActiveAsync("web-1");
        await cloud.CreateActiveAsync("web-10");
        var found = (await cloud.GetAsync("/v2/droplets?name=WEB-1")).Body!["droplets"]!.AsArray();
        Assert.Equal("web-1", found.Single()!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_tag_and_a_name_cannot_be_combined()
    {
        await using var cloud = await CloudFixture.StartAsync();
        Assert.Equal(400, (await cloud.GetAsync("/v2/droplets?name=web-1&tag_name=fleet:web")).Status);
    }

    [Fact]
    public async Task A_droplet_that_is_not_there_is_not_found()
    {
        await using var cloud = await CloudFixture.StartAsync();
        Assert.Equal(404, (await cloud.GetAsync("/v2/droplets/1")).Status);
        Assert.Equal(404, (await cloud.GetAsync("/v2/droplets/x")).Status);
        Assert.Equal(404, (await cloud.DeleteAsync("/v2/droplets/1")).Status);
    }

    [Fact]
    public async Task A_deleted_droplet_is_gone_with_its_container_and_its_instructions()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1");
        Assert.Equal(204, (await cloud.DeleteAsync($"/v2/droplets/{id}")).Status);
        Assert.Equal(404, (await cloud.GetAsync($"/v2/droplets/{id}")).Status);
        await cloud.SettleAsync();
        Assert.Empty(cloud.Engine.Containers);
        Assert.False(Directory.Exists(cloud.Engine.Created.Single().SeedFolder));
    }

    [Fact]
    public async Task A_droplet_deleted_while_it_is_created_leaves_no_container()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Engine.IsHeld = true;
        var id = (await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-1"))).Body!["droplet"]!["id"]!.GetValue<long>();
        await cloud.DeleteAsync($"/v2/droplets/{id}");
        cloud.Engine.Release();
        await cloud.SettleAsync();
        Assert.Empty(cloud.Engine.Containers);
    }

    [Fact]
    public async Task Deleting_by_tag_leaves_the_others()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.CreateActiveAsync("web-1", "fleet:web");
        await cloud.CreateActiveAsync("db-1", "fleet:db");
        Assert.Equal(204, (await cloud.DeleteAsync("/v2/droplets?tag_name=fleet:web")).Status);
        Assert.Equal("db-1", (await cloud.GetAsync("/v2/droplets")).Body!["droplets"]!.AsArray().Single()!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Deleting_without_a_tag_deletes_nothing()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.CreateActiveAsync("web-1");
        Assert.Equal(400, (await cloud.DeleteAsync("/v2/droplets")).Status);
        Assert.Single(cloud.Engine.Containers);
    }

    [Fact]
    public async Task An_address_is_given_away_again_only_after_its_container_is_gone()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1");
        cloud.Engine.IsRemovalHeld = true;
        await cloud.DeleteAsync($"/v2/droplets/{id}");
        await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-2"));
        cloud.Engine.Release();
        await cloud.SettleAsync();
        await cloud.CreateActiveAsync("web-3");
        var hosts = cloud.Engine.Created.ToDictionary(created => created.HostName, created => created.Host, StringComparer.Ordinal);
        Assert.NotEqual(hosts["web-1"], hosts["web-2"]);
        Assert.Equal(hosts["web-1"], hosts["web-3"]);
    }
}
