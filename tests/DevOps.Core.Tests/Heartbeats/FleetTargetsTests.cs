using DevOps.Core.Environments;
using DevOps.Core.Heartbeats;
using DevOps.Core.Operations;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Targets that are found by what fleets carry.</summary>
public sealed class FleetTargetsTests
{
    private readonly Told _told = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instance_is_checked_as_its_environment_says()
    {
        var application = DeploymentBed.Application with { Port = 8080, Health = new HealthCheckDefinition { Path = "/health?full=1", Status = 204, Contains = "ok" } };
        var target = Assert.Single(await Of(FakeFleets.Of("web-1")).OfApplicationAsync(application, Cancellation));
        Assert.Equal(("web-1", application.Name, 204, "ok"), (target.Name, target.Group, target.ExpectedStatus, target.ExpectedText));
        Assert.EndsWith(":8080/health?full=1", target.Uri.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(target, HeartbeatTargetRules.Check(target));
    }

    [Fact]
    public async Task A_droplet_is_checked_by_its_SSH_server()
    {
        var targets = await Of(FakeFleets.Of("data-1", "data-2")).OfFleetAsync("data", Cancellation);
        Assert.Equal(["data-1 ssh 22", "data-2 ssh 22"], targets.Select(target => $"{target.Name} {target.Uri.Scheme} {target.Uri.Port}"));
    }

    [Fact]
    public async Task A_fleet_that_does_not_exist_is_an_error_and_the_rest_goes_on()
    {
        Assert.Empty(await new FleetTargets((_, _) => Task.FromResult<IReadOnlyList<Droplet>>([]), _told).OfFleetAsync("nothing", Cancellation));
        Assert.Equal("FleetNotFound", Assert.IsType<FailureMessage>(Assert.Single(_told.Messages)).Failure.Id);
    }

    [Fact]
    public async Task A_droplet_without_an_address_is_an_error_and_the_rest_goes_on()
    {
        var fleets = FakeFleets.Of("data-1");
        var targets = new FleetTargets(async (fleet, ct) => [.. (await fleets.ListAsync(fleet, ct)).Select(droplet => droplet with { PublicAddress = null, PrivateAddress = null })], _told);
        Assert.Empty(await targets.OfFleetAsync("data", Cancellation));
        Assert.Equal("DropletNotReady", Assert.IsType<FailureMessage>(Assert.Single(_told.Messages)).Failure.Id);
    }

    private FleetTargets Of(FakeFleets fleets) => new(fleets.ListAsync, _told);

    private sealed class Told : IProgress<OperationMessage>
    {
        public List<OperationMessage> Messages { get; } = [];

        public void Report(OperationMessage value) => Messages.Add(value);
    }
}
