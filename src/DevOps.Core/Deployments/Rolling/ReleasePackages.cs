using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Environments;
using DevOps.Core.Releases;
using DevOps.Model;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>Renders releases for hosts: reads artifact, secrets and the services' droplets once, then makes a package a host.</summary>
internal sealed class ReleasePackages
{
    private readonly ReleaseStore _store;
    private readonly ArtifactContent _content;
    private readonly IReadOnlyList<ServiceDroplets> _services;
    private readonly IReadOnlyDictionary<string, string> _secrets;

    private ReleasePackages(
        ReleaseStore store,
        ApplicationRelease release,
        ApplicationDefinition definition,
        ArtifactContent content,
        IReadOnlyList<ServiceDroplets> services,
        IReadOnlyDictionary<string, string> secrets)
    {
        _store = store;
        Release = release;
        Definition = definition;
        _content = content;
        _services = services;
        _secrets = secrets;
    }

    /// <summary>The release.</summary>
    public ApplicationRelease Release { get; }

    /// <summary>The application's definition as the release froze it.</summary>
    public ApplicationDefinition Definition { get; }

    /// <summary>Reads what the packages of a release have in common.</summary>
    /// <param name="store">The releases.</param>
    /// <param name="release">The release.</param>
    /// <param name="environment">The environment, for its services and the place of its secrets.</param>
    /// <param name="fleets">Where the services' droplets are found.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>What makes the packages.</returns>
    /// <exception cref="DevOpsException"><c>ServiceFleetEmpty</c>, <c>SecretNotFound</c>, <c>TemplateNotFound</c>, <c>ArtifactNotFound</c>, <c>ArtifactDamaged</c>.</exception>
    public static async Task<ReleasePackages> OpenAsync(
        ReleaseStore store,
        ApplicationRelease release,
        EnvironmentDefinition environment,
        IDeploymentFleets fleets,
        CancellationToken ct)
    {
        var definition = store.Definition(release);
        var services = new List<ServiceDroplets>();
        foreach (var service in environment.Services)
        {
            var droplets = await fleets.ListAsync(service.Fleet, ct);
            if (droplets is not [{ } first, ..] || (first.PrivateAddress ?? first.PublicAddress) is null) throw NoServiceAddress(service);
            services.Add(new ServiceDroplets(service.Name, droplets, service.Port));
        }

        await using var artifact = store.OpenArtifact(release);
        var content = await ArtifactContent.ReadAsync(artifact, definition.Templates, definition.Name, ct);
        return new ReleasePackages(store, release, definition, content, services, SecretValues.Read(definition, environment.File));
    }

    /// <summary>Renders the release for a host.</summary>
    /// <param name="droplet">The host.</param>
    /// <returns>The package.</returns>
    public ReleasePackage For(Droplet droplet) =>
        ReleasePackage.Render(Release, Definition, _content, () => _store.OpenArtifact(Release), droplet, _services, _secrets);

    private static DevOpsException NoServiceAddress(ServiceDefinition service) => new(
        "ServiceFleetEmpty",
        FailureKind.NotFound,
        $"The service '{service.Name}' has no address: its fleet '{service.Fleet}' has no droplet that is ready.",
        $"New-DropletFleet -Name {service.Fleet} makes it.",
        service.Name);
}
