using DevOps.Core.Deployments.Hosts;
using DevOps.Model;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>Where deployments find their hosts: the cloud's inventory in life, memory in tests.</summary>
internal interface IDeploymentFleets : IDisposable
{
    /// <summary>Lists a fleet's droplets.</summary>
    /// <param name="fleet">The fleet's name.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The droplets in their usual order; none when there is no such fleet.</returns>
    Task<IReadOnlyList<Droplet>> ListAsync(string fleet, CancellationToken ct);

    /// <summary>Connects to an application on a droplet.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="application">The application's name.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The application's host.</returns>
    Task<IApplicationHost> ConnectAsync(Droplet droplet, string application, CancellationToken ct);
}
