using DevOps.LocalCloud.Tests.Hosting;

namespace DevOps.LocalCloud.Tests.Api;

public sealed class TagTests
{
    [Fact]
    public async Task A_tag_counts_the_droplets_that_bear_it()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.CreateActiveAsync("web-1", "fleet:web");
        await cloud.CreateActiveAsync("web-2", "fleet:web");
        var tag = (await cloud.GetAsync("/v2/tags/fleet:web")).Body!["tag"]!;
        Assert.Equal(2, tag["resources"]!["droplets"]!["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_tag_is_put_on_a_droplet_and_taken_off_again()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1");
        await cloud.PostAsync("/v2/tags", """{"name":"blue"}""");
        var body = $$"""{"resources":[{"resource_id":"{{id}}","resource_type":"droplet"}]}""";
        Assert.Equal(204, (await cloud.PostAsync("/v2/tags/blue/resources", body)).Status);
        Assert.Equal(["blue"], await TagsAsync(cloud, id));
        Assert.Equal(204, (await cloud.DeleteAsync("/v2/tags/blue/resources", body)).Status);
        Assert.Empty(await TagsAsync(cloud, id));
    }

    [Fact]
    public async Task A_tag_that_nobody_made_cannot_be_put_on_a_droplet()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1");
        Assert.Equal(404, (await cloud.PostAsync("/v2/tags/blue/resources", $$"""{"resources":[{"resource_id":"{{id}}","resource_type":"droplet"}]}""")).Status);
    }

    [Fact]
    public async Task One_wrong_resource_leaves_all_as_they_were()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1");
        await cloud.PostAsync("/v2/tags", """{"name":"blue"}""");
        var body = $$"""{"resources":[{"resource_id":"{{id}}","resource_type":"droplet"},{"resource_id":"1","resource_type":"droplet"}]}""";
        Assert.Equal(404, (await cloud.PostAsync("/v2/tags/blue/resources", body)).Status);
        Assert.Empty(await TagsAsync(cloud, id));
    }

    [Fact]
    public async Task A_deleted_tag_is_on_no_droplet()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1", "blue", "fleet:web");
        Assert.Equal(204, (await cloud.DeleteAsync("/v2/tags/blue")).Status);
        Assert.Equal(["fleet:web"], await TagsAsync(cloud, id));
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("with/slash")]
    [InlineData("")]
    public async Task A_tag_with_other_characters_is_refused(string name)
    {
        await using var cloud = await CloudFixture.StartAsync();
        Assert.Equal(422, (await cloud.PostAsync("/v2/tags", $$"""{"name":"{{name}}"}""")).Status);
    }

    [Fact]
    public async Task A_tag_of_256_characters_is_refused_and_one_of_255_is_not()
    {
        await using var cloud = await CloudFixture.StartAsync();
        Assert.Equal(422, (await cloud.PostAsync("/v2/tags", $$"""{"name":"{{new string('x', 256)}}"}""")).Status);
        Assert.Equal(201, (await cloud.PostAsync("/v2/tags", $$"""{"name":"{{new string('x', 255)}}"}""")).Status);
    }

    private static async Task<IEnumerable<string>> TagsAsync(CloudFixture cloud, long id) =>
        (await cloud.GetAsync($"/v2/droplets/{id}")).Body!["droplet"]!["tags"]!.AsArray().Select(tag => tag!.GetValue<string>());
}
