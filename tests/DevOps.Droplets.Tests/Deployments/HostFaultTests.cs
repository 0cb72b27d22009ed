using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Deployments;

/// <summary>What can go wrong with a host while it is deployed to.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="fleet">The droplets.</param>
[Collection(typeof(TinyFleetTests))]
public sealed class HostFaultTests(LocalCloudFixture cloud, TinyFleet fleet)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_that_goes_down_in_the_middle_is_named_the_others_go_back_and_so_does_it_once_it_is_up_again()
    {
        await fleet.ServeGoodAsync();
        var power = new DropletPower(cloud);
        // On the second droplet it never becomes healthy, so the deployment is still there when the plug is pulled.
        var following = fleet.Follow(fleet.Request("down-1", "silent", application => application with { Health = application.Health with { Timeout = TimeSpan.FromMinutes(1) } }));
        // A host that is gone before its turn is not touched at all.
        await following.SaidAsync($"{TinyFleet.Second} is switched to");
        await power.OffAsync(fleet[TinyFleet.Second], Ct);
        Deployment deployment;
        try
        {
            deployment = await following.Deployment;
            Assert.Equal(DeploymentState.Failed, deployment.State);
            Assert.Contains($"{TinyFleet.Second} could not be brought back", deployment.Cause, StringComparison.Ordinal);
            Assert.Contains($"Undo-Deployment {deployment.Id} tries again.", deployment.Cause, StringComparison.Ordinal);
            Assert.Equal("good", await fleet.ServedAsync(TinyFleet.First));
        }
        finally
        {
            // The other tests need it.
            await power.OnAsync(fleet[TinyFleet.Second], Ct);
        }

        var undo = await fleet.UndoAsync(deployment.Id);
        Assert.True(undo.State == DeploymentState.Succeeded, undo.Cause);
        await fleet.AssertServesGoodAsync();
    }

    [Fact]
    public async Task A_host_without_room_says_how_much_it_lacks_before_anything_is_changed()
    {
        await fleet.ServeGoodAsync();
        await fleet.OnAsync(TinyFleet.First, "dd if=/dev/zero of=/opt/devops/filler bs=1M status=none 2>/dev/null || true");

        var deployment = await fleet.DeployAsync("full-1");

        await fleet.OnAsync(TinyFleet.First, "rm /opt/devops/filler");
        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Matches($"^{TinyFleet.First}: The release needs [0-9]+ KiB below /opt/devops/tiny/releases, and [0-9]+ KiB are free. Free room there", deployment.Cause);
        await AssertNothingWasChangedAsync(deployment);
    }

    [Fact]
    public async Task A_disk_that_is_full_before_all_is_written_is_named_and_nothing_half_written_stays()
    {
        await fleet.ServeGoodAsync();
        // Room for bytes, but for two more files only.
        await fleet.OnAsync(TinyFleet.First, "mount -o remount,nr_inodes=$(($(df --output=iused /opt/devops | tail -n 1) + 3)) /opt/devops");

        var deployment = await fleet.DeployAsync("full-2");

        await fleet.OnAsync(TinyFleet.First, "mount -o remount,nr_inodes=10000 /opt/devops");
        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.StartsWith($"{TinyFleet.First}: The release could not be written below /opt/devops/tiny/releases", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains("No space left on device", deployment.Cause, StringComparison.Ordinal);
        await AssertNothingWasChangedAsync(deployment);
    }

    private async Task AssertNothingWasChangedAsync(Deployment deployment)
    {
        Assert.EndsWith("Nothing was changed.", deployment.Cause, StringComparison.Ordinal);
        Assert.Empty(await fleet.OnAsync(TinyFleet.First, "find /opt/devops/tiny/releases -name '.incoming*'"));
        await fleet.AssertServesGoodAsync();
    }
}
