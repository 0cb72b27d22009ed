using System.Globalization;
using DevOps.Core.Environments;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Deployments;

/// <summary>
/// What can go wrong with an application, on real hosts. Each deployment updates the first droplet and fails
/// on the second; afterwards both serve what they served before.
/// </summary>
/// <param name="fleet">The droplets.</param>
[Collection(typeof(TinyFleetTests))]
public sealed class ApplicationFaultTests(TinyFleet fleet)
{
    private const int OtherPort = 8081;

    [Theory]
    [InlineData("silent", "not healthy after 5 s: nobody listens on port 8080")]
    [InlineData("hangs", "not healthy after 5 s: curl: (28) Operation timed out")]
    [InlineData("fails", "not healthy after 5 s: / answers 500 instead of 200")]
    [InlineData("exits", "its process ended")]
    public async Task An_application_that_does_not_serve_is_undone_on_both_hosts_and_the_cause_is_told(string fault, string cause)
    {
        await fleet.ServeGoodAsync();

        var deployment = await fleet.DeployAsync($"{fault}-1", fault, Impatient);

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Contains($"{TinyFleet.Second} does not serve release", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains(cause, deployment.Cause, StringComparison.Ordinal);
        if (fault == "exits") Assert.Contains("this release cannot do anything", deployment.Cause, StringComparison.Ordinal);
        await AssertEverythingIsBackAsync(deployment);
    }

    [Fact]
    public async Task An_old_process_that_keeps_the_port_is_named_and_everything_goes_back()
    {
        await fleet.ServeGoodAsync();
        await fleet.OnAsync(TinyFleet.Second, $"systemd-run --quiet --unit old-process python3 -m http.server {OtherPort}; while ! ss -Hltn | grep -q :{OtherPort}; do sleep 0.1; done");
        var owner = await fleet.OnAsync(TinyFleet.Second, "systemctl show --property MainPID --value old-process");

        // The earlier release listens elsewhere, so it goes on serving.
        var deployment = await fleet.DeployAsync("taken-1", change: application => Impatient(application) with { Port = OtherPort });

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Contains("its process ended", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"port {OtherPort} is held by process {owner} (python3), which does not belong to tiny.service"), deployment.Cause, StringComparison.Ordinal);
        Assert.Contains("Address already in use", deployment.Cause, StringComparison.Ordinal);
        await AssertEverythingIsBackAsync(deployment);
        await fleet.OnAsync(TinyFleet.Second, "systemctl stop old-process");
    }

    private static ApplicationDefinition Impatient(ApplicationDefinition application) =>
        application with { Health = application.Health with { Timeout = TimeSpan.FromSeconds(5) } };

    private async Task AssertEverythingIsBackAsync(Deployment deployment)
    {
        Assert.Contains("Every instance serves again what it served before.", deployment.Cause, StringComparison.Ordinal);
        // The first droplet served the new release meanwhile.
        Assert.Contains(deployment.Events, told => told.Message.StartsWith($"{TinyFleet.First} serves {deployment.Commit![..12]}", StringComparison.Ordinal));
        await fleet.AssertServesGoodAsync();
    }
}
