using DevOps.Core;
using DevOps.Core.DigitalOcean;
using DevOps.Core.Hosts;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Hosting;

/// <summary>Switches droplets off and on through the API.</summary>
/// <param name="cloud">The cloud.</param>
public sealed class DropletPower(LocalCloudFixture cloud)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Pulls the plug.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A task that ends once it is off.</returns>
    public async Task OffAsync(Droplet droplet, CancellationToken ct)
    {
        using var session = cloud.Open();
        await ActAsync(session, droplet, "power_off", ct);
    }

    /// <summary>Switches a droplet on.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A task that ends once it answers SSH.</returns>
    public async Task OnAsync(Droplet droplet, CancellationToken ct)
    {
        using var session = cloud.Open();
        await ActAsync(session, droplet, "power_on", ct);
        while (!await AnswersAsync(droplet, ct)) await Task.Delay(Pause, ct);
    }

    private static async Task ActAsync(CloudSession session, Droplet droplet, string type, CancellationToken ct)
    {
        var action = await session.Client.StartActionAsync(droplet, type, ct);
        while (action.Status == "in-progress")
        {
            await Task.Delay(Pause, ct);
            action = await session.Client.GetActionAsync(action.Id, ct);
        }

        Assert.Equal("completed", action.Status);
    }

    private async Task<bool> AnswersAsync(Droplet droplet, CancellationToken ct)
    {
        try
        {
            await using var host = await new HostConnector(cloud.State).ConnectAsync(droplet, ct);
            return true;
        }
        catch (DevOpsException failure) when (failure.Kind == FailureKind.Unavailable)
        {
            return false;
        }
    }
}
