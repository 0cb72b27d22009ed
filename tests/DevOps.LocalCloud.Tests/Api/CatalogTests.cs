using DevOps.LocalCloud.Tests.Hosting;

namespace DevOps.LocalCloud.Tests.Api;

public sealed class CatalogTests
{
    [Fact]
    public async Task Sizes_have_prices_and_regions()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var size = (await cloud.GetAsync("/v2/sizes")).Body!["sizes"]!.AsArray().Single(candidate => candidate!["slug"]!.GetValue<string>() == "s-1vcpu-1gb")!;
        Assert.Equal((6m, 0.00893m), (size["price_monthly"]!.GetValue<decimal>(), size["price_hourly"]!.GetValue<decimal>()));
        Assert.Contains("fra1", size["regions"]!.AsArray().Select(region => region!.GetValue<string>()));
    }

    [Fact]
    public async Task Regions_say_which_sizes_they_have()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var regions = (await cloud.GetAsync("/v2/regions")).Body!["regions"]!.AsArray();
        Assert.All(regions, region => Assert.Contains("s-1vcpu-1gb", region!["sizes"]!.AsArray().Select(size => size!.GetValue<string>())));
    }

    [Fact]
    public async Task The_image_is_found_by_its_slug_and_by_its_number()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var image = (await cloud.GetAsync("/v2/images/debian-12-x64")).Body!["image"]!;
        Assert.Equal(200, (await cloud.GetAsync($"/v2/images/{image["id"]}")).Status);
        Assert.Equal(404, (await cloud.GetAsync("/v2/images/windows-95")).Status);
    }

    [Fact]
    public async Task The_account_has_no_images_of_its_own()
    {
        await using var cloud = await CloudFixture.StartAsync();
        Assert.Equal(0, (await cloud.GetAsync("/v2/images?private=true")).Body!["meta"]!["total"]!.GetValue<int>());
    }
}
