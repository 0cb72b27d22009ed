namespace DevOps.LocalCloud.Containers;

/// <summary>The two networks that every droplet is on.</summary>
/// <param name="Public">The subnet through which the control host reaches droplets and droplets reach the internet, such as <c>10.201.7.0/24</c>.</param>
/// <param name="Private">The subnet between droplets, without a way out.</param>
internal sealed record CloudNetworks(Subnet Public, Subnet Private);

/// <summary>What a droplet's container is made of.</summary>
/// <param name="DropletId">The droplet.</param>
/// <param name="HostName">Its host name.</param>
/// <param name="Host">Its host number in both subnets.</param>
/// <param name="Networks">The subnets.</param>
/// <param name="SeedFolder">The folder with cloud-init's <c>meta-data</c> and <c>user-data</c>.</param>
internal sealed record ContainerSpecification(long DropletId, string HostName, int Host, CloudNetworks Networks, string SeedFolder);

/// <summary>Identifies the first process of a running container; a process id alone can be used again by another process.</summary>
/// <param name="Id">The process id on this machine.</param>
/// <param name="StartedAt">When it began, in clock ticks since the machine booted.</param>
internal sealed record ContainerProcess(int Id, long StartedAt);

/// <summary>A container that exists.</summary>
/// <param name="DropletId">The droplet that it is.</param>
/// <param name="Process">Its first process, when it runs.</param>
internal sealed record ContainerInfo(long DropletId, ContainerProcess? Process);

/// <summary>Makes, starts, stops and removes the containers of one local cloud. It touches none that are not its own.</summary>
internal interface IContainerEngine
{
    /// <summary>Makes the networks where they are missing.</summary>
    /// <param name="current">The networks of an earlier run, if there was one; they are kept when they are still free or still ours.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The networks.</returns>
    Task<CloudNetworks> EnsureNetworksAsync(CloudNetworks? current, CancellationToken cancellation);

    /// <summary>Makes and starts a container, in the place of an unfinished one of the same droplet.</summary>
    /// <param name="specification">What it is made of.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>Its first process.</returns>
    Task<ContainerProcess> CreateAsync(ContainerSpecification specification, CancellationToken cancellation);

    /// <summary>Starts a container that exists.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>Its first process; nothing when there is no such container.</returns>
    Task<ContainerProcess?> StartAsync(long dropletId, CancellationToken cancellation);

    /// <summary>Stops a container.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="grace">How long it may take to shut down before it is killed.</param>
    /// <param name="cancellation">Cancels it.</param>
    Task StopAsync(long dropletId, TimeSpan grace, CancellationToken cancellation);

    /// <summary>Kills and removes a container, if there is one, with all that it holds.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="cancellation">Cancels it.</param>
    Task RemoveAsync(long dropletId, CancellationToken cancellation);

    /// <summary>Lists this cloud's containers.</summary>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The containers.</returns>
    Task<IReadOnlyList<ContainerInfo>> ListAsync(CancellationToken cancellation);

    /// <summary>Tells whether a container's first process still runs, without starting any program.</summary>
    /// <param name="process">The process.</param>
    /// <returns>Whether it runs.</returns>
    bool IsRunning(ContainerProcess process);
}
