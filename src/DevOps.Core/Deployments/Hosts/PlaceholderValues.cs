using System.Globalization;
using DevOps.Core.Environments;
using DevOps.Model;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>Knows what each placeholder stands for on one host.</summary>
internal static class PlaceholderValues
{
    /// <summary>Gives a placeholder's value.</summary>
    /// <param name="placeholder">The placeholder.</param>
    /// <param name="application">The application.</param>
    /// <param name="droplet">The host.</param>
    /// <param name="services">The environment's services.</param>
    /// <returns>The value.</returns>
    /// <exception cref="DevOpsException"><c>ServiceUnknown</c>, <c>DropletNotReady</c>.</exception>
    public static string Resolve(Placeholder placeholder, ApplicationDefinition application, Droplet droplet, IReadOnlyList<ServiceDroplets> services) => placeholder.Kind switch
    {
        PlaceholderKind.ServiceAddress => Address(Service(placeholder, application, services).Droplets[0]),
        PlaceholderKind.ServiceAddresses => string.Join(',', Service(placeholder, application, services).Droplets.Select(Address)),
        PlaceholderKind.ServicePort => Text(Service(placeholder, application, services).Port),
        PlaceholderKind.InstanceName => droplet.Name,
        PlaceholderKind.InstanceAddress => Address(droplet),
        PlaceholderKind.ApplicationPort => Text(application.Port),
        _ => throw new InvalidOperationException($"Unknown placeholder {placeholder.Kind}."),
    };

    private static string Address(Droplet droplet) => droplet.PrivateAddress ?? droplet.PublicAddress ?? throw new DevOpsException(
        "DropletNotReady",
        FailureKind.Unavailable,
        $"Droplet '{droplet.Name}' has no address yet.",
        $"Wait until Get-Droplet -Name {droplet.Name} shows one.",
        droplet);

    private static ServiceDroplets Service(Placeholder placeholder, ApplicationDefinition application, IReadOnlyList<ServiceDroplets> services) =>
        services.FirstOrDefault(service => service.Name == placeholder.Service) ?? throw new DevOpsException(
            "ServiceUnknown",
            FailureKind.NotFound,
            $"'{application.Name}' refers to the service '{placeholder.Service}', which the environment does not have.",
            "Add it under Services in the environment file; Test-DeploymentEnvironment checks the file.",
            placeholder.Service);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
