using DevOps.Core.Deployments.Instances;
using DevOps.Core.Operations;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments;

public sealed class InstanceServiceTests : IDisposable
{
    private readonly DeploymentBed _bed = new(FakeFleets.Of("web-1", "web-2", "web-3"));

    public InstanceServiceTests() => _bed.AddRelease("one", "1");

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task One_host_that_cannot_be_told_from_an_impostor_hides_no_other()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.Hosts["web-2"].IsImpostor = true;

        var instances = await ListAsync();

        Assert.Equal([ApplicationHealth.Healthy, ApplicationHealth.Unreachable, ApplicationHealth.Healthy], instances.Select(instance => instance.Health));
        Assert.Contains("not droplet 'web-2'", instances[1].Cause, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<ApplicationInstance>> ListAsync()
    {
        using var service = new InstanceService(_bed.State, DeploymentBed.Environment, _bed.Fleets, new SkippingTime());
        return await service.ListAsync(_ => true, new Progress<OperationMessage>(), TestContext.Current.CancellationToken);
    }
}
