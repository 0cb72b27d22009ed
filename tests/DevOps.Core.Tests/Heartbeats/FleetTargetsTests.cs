using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Instances;
using DevOps.Core.Environments;
using DevOps.Core.Heartbeats;
using DevOps.Core.Operations;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Targets that are found by what fleets carry.</summary>
public sealed class FleetTargetsTests : IDisposable
{
    private readonly TestState _state = new();
    private readonly Told _told = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private InstanceRecords Records => new(_state.State);

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task An_instance_is_checked_as_the_release_that_it_serves_says()
    {
        var fleets = FakeFleets.Of("web-1", "web-2");
        var droplets = await fleets.ListAsync("web", Cancellation);
        var seal = new ReleaseSeal("r1", DeploymentBed.Application.Name, "test", "c", "a", "b", 8080, new HealthCheckDefinition { Path = "/health?full=1", Status = 204, Contains = "ok" });
        foreach (var droplet in droplets) Records.Note(droplet, seal);
        // The environment says something else by now, which was not deployed.
        var targets = await Of(fleets).OfApplicationAsync("test", DeploymentBed.Application with { Port = 9090, Canaries = 1 }, Records, Cancellation);
        Assert.Equal([("web-1", ApplicationRole.Production), ("web-2", ApplicationRole.Canary)], targets.Select(target => (target.Name, target.Role!.Value)));
        Assert.Equal(("app", "test", 204, "ok"), (targets[0].Group, targets[0].Environment, targets[0].ExpectedStatus, targets[0].ExpectedText));
        Assert.EndsWith(":8080/health?full=1", targets[0].Uri.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(targets[0], HeartbeatTargetRules.Check(targets[0]));
    }

    [Fact]
    public async Task What_nothing_was_deployed_to_yet_does_not_count()
    {
        var fleets = FakeFleets.Of("web-1", "web-2");
        var droplet = (await fleets.ListAsync("web", Cancellation))[0];
        var seal = new ReleaseSeal("r1", "app", "test", "c", "a", "b", 8080, new HealthCheckDefinition());
        Records.Note(droplet, seal);
        Assert.Equal("web-1", Assert.Single(await Of(fleets).OfApplicationAsync("test", DeploymentBed.Application, Records, Cancellation)).Name);
        // A droplet that was made anew under its name holds nothing yet.
        Records.Note(droplet with { Id = droplet.Id + 1_000 }, seal);
        Assert.Empty(await Of(fleets).OfApplicationAsync("test", DeploymentBed.Application, Records, Cancellation));
        Assert.Contains("Nothing of app was deployed", Assert.IsType<WarningMessage>(Assert.Single(_told.Messages)).Text, StringComparison.Ordinal);
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
