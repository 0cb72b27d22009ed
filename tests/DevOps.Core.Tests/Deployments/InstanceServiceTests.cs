using DevOps.Core.Deployments.Instances;
using DevOps.Core.Environments;
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

    [Theory]
    [InlineData(1, "Production Production Canary")]
    [InlineData(2, "Production Canary Canary")]
    [InlineData(3, "Production Canary Canary")]
    [InlineData(9, "Production Canary Canary")]
    public async Task However_many_canaries_there_are_the_first_host_is_none_of_them(int canaries, string roles)
    {
        var instances = await ListAsync(DeploymentBed.Application with { Canaries = canaries });

        Assert.Equal(roles, string.Join(' ', instances.Select(instance => instance.Role)));
    }

    private async Task<IReadOnlyList<ApplicationInstance>> ListAsync(ApplicationDefinition? application = null)
    {
        var environment = DeploymentBed.Environment with { Applications = [application ?? DeploymentBed.Application] };
        using var service = new InstanceService(_bed.State, environment, _bed.Fleets, new SkippingTime());
        return await service.ListAsync(_ => true, new Progress<OperationMessage>(), TestContext.Current.CancellationToken);
    }
}
