using DevOps.Core.Fleets;
using DevOps.Core.Hosts;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Hosts;

public sealed class DropletCommandTests(LocalCloudFixture cloud)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stopped_droplet_gives_one_error_and_the_others_give_results()
    {
        using var session = cloud.Open();
        var service = new FleetService(cloud.State, session);
        var fleet = await service.CreateAsync(new FleetRequest("halved", 2), new Told(), Ct);
        await new DropletPower(cloud).OffAsync(fleet.Droplets[0], Ct);

        var told = new Told();
        var droplets = await session.Droplets.ListAsync("halved", Ct);
        Assert.Equal(DropletStatus.Off, droplets[0].Status);
        await new DropletCommandRun(cloud.State).RunAsync(droplets, "hostname", [], [], TimeSpan.FromMinutes(1), 10, told, Ct);
        var failure = Assert.Single(told.Failures);
        Assert.Equal("DropletUnreachable", failure.Id);
        Assert.Contains("halved-1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("powered off", failure.Message, StringComparison.Ordinal);
        var result = Assert.IsType<DropletCommandResult>(Assert.Single(told.Results));
        Assert.Equal(("halved-2", 0, "halved-2\n"), (result.Droplet, result.ExitCode, result.Output));
        await new DropletRemoval(cloud.State, session).RemoveAsync(droplets, told, Ct);
    }
}
