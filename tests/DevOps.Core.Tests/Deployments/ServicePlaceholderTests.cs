using System.Formats.Tar;
using System.Text;
using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Rolling;
using DevOps.Core.Environments;
using DevOps.Core.Releases;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments;

/// <summary>What an application's variables say on a host about the services of its environment.</summary>
public sealed class ServicePlaceholderTests
{
    private static readonly ApplicationDefinition Application = DeploymentBed.Application with
    {
        Variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ONE"] = "{{ service.flags.address }}",
            ["ALL"] = "{{ service.flags.addresses }}",
            ["PORT"] = "{{ service.flags.port }}",
        },
    };

    private static readonly EnvironmentDefinition Environment = DeploymentBed.Environment with { Services = [new ServiceDefinition("flags", "flags", 8014)] };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Addresses_are_those_of_all_droplets_of_the_fleet_in_the_order_of_their_names() =>
        Assert.Contains("ALL=\"198.51.100.1,198.51.100.2,198.51.100.3\"", await VariablesAsync("flags-2", "flags-3", "flags-1"), StringComparison.Ordinal);

    [Fact]
    public async Task Addresses_of_a_fleet_of_one_are_its_address() =>
        Assert.Contains("ALL=\"198.51.100.1\"", await VariablesAsync("flags-1"), StringComparison.Ordinal);

    [Fact]
    public async Task Address_is_that_of_the_first_droplet_of_several() =>
        Assert.Contains("ONE=\"198.51.100.1\"", await VariablesAsync("flags-2", "flags-1"), StringComparison.Ordinal);

    [Fact]
    public async Task A_fleet_without_a_droplet_is_refused_by_name()
    {
        var failure = await Failing.WithAsync("ServiceFleetEmpty", () => VariablesAsync());
        Assert.Contains("'flags'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("New-DropletFleet -Name flags", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_with_one_that_is_not_known_yet_are_refused_instead_of_left_incomplete()
    {
        var droplets = await FakeFleets.Of("flags-1", "flags-2").ListAsync("flags", Ct);
        Droplet[] creating = [droplets[0], droplets[1] with { PrivateAddress = null, PublicAddress = null }];

        var failure = Failing.With("DropletNotReady", () => PlaceholderValues.Resolve(
            new Placeholder(PlaceholderKind.ServiceAddresses, "flags"), Application, droplets[0], [new ServiceDroplets("flags", creating, 8014)]));
        Assert.Contains("'flags-2'", failure.Message, StringComparison.Ordinal);
    }

    // The variables as the host gets them, the fleet's droplets being those named.
    private static async Task<string> VariablesAsync(params string[] fleet)
    {
        using var bed = new DeploymentBed(FakeFleets.Of(fleet));
        var release = bed.AddRelease("r1", "content", Application);
        var packages = await ReleasePackages.OpenAsync(new ReleaseStore(bed.State), release, Environment, bed.Fleets, Ct);
        await using var archive = new TarReader(packages.For((await bed.Fleets.ListAsync("flags", Ct))[0]).Open());
        while (await archive.GetNextEntryAsync(cancellationToken: Ct) is { } entry)
        {
            if (entry.Name != "env") continue;
            using var reader = new StreamReader(entry.DataStream!, Encoding.UTF8);
            return await reader.ReadToEndAsync(Ct);
        }

        throw new InvalidOperationException("The package has no variables.");
    }
}
