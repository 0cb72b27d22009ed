namespace DevOps.Model.Tests;

public sealed class DropletTests
{
    [Fact]
    public void Only_what_bears_the_tag_counts_as_managed()
    {
        Assert.True(Droplet("a", 6, DropletTags.ManagedBy).IsManaged);
        Assert.False(Droplet("a", 6, "managed-by:somebody-else").IsManaged);
    }

    [Fact]
    public void A_fleet_sums_up_its_droplets()
    {
        var fleet = new DropletFleet("web", [Droplet("web-1", 6, DropletTags.Protected), Droplet("web-2", 6.5m)], 1);

        Assert.Equal((2, 12.5m, true, "s-1"), (fleet.Count, fleet.MonthlyCost, fleet.IsProtected, fleet.Size));
    }

    [Fact]
    public void A_fleet_of_different_sizes_names_each_size_once()
    {
        var fleet = new DropletFleet("web", [Droplet("web-1", 6), Droplet("web-2", 6) with { Size = "s-2" }, Droplet("web-3", 6)], 0);

        Assert.Equal("s-1,s-2", fleet.Size);
    }

    [Fact]
    public void An_instance_tells_where_it_serves() => Assert.Equal(
        new Uri("http://10.0.0.7:8080/"),
        new ApplicationInstance("shop", "web-1", "10.0.0.7", 8080, ApplicationRole.Production, null, ApplicationHealth.NotDeployed, null, null, "production").Uri);

    private static Droplet Droplet(string name, decimal cost, params string[] tags) =>
        new(1, name, "web", DropletStatus.Active, null, null, "nyc3", "s-1", cost, tags, DateTimeOffset.UnixEpoch, "local");
}
