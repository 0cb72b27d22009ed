using System.Collections.Concurrent;
using DevOps.LocalCloud.Containers;

namespace DevOps.LocalCloud.Tests.Hosting;

/// <summary>A fake in the place of Podman: containers are entries in a table, so that the API's contract can be tested without any.</summary>
internal sealed class FakeContainerEngine : IContainerEngine
{
    private readonly ConcurrentDictionary<long, ContainerProcess?> _containers = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _nextProcess;

    /// <summary>Whether creating waits for <see cref="Release"/>.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Whether removing waits for <see cref="Release"/>.</summary>
    public bool IsRemovalHeld { get; set; }

    /// <summary>Whether creating fails.</summary>
    public bool IsBroken { get; set; }

    /// <summary>What was created.</summary>
    public ConcurrentQueue<ContainerSpecification> Created { get; } = new();

    /// <summary>The droplets that have a container.</summary>
    public ICollection<long> Containers => _containers.Keys;

    /// <summary>Lets held creations go on.</summary>
    public void Release()
    {
        IsHeld = IsRemovalHeld = false;
        _released.TrySetResult();
    }

    /// <summary>Ends a container as a kill from outside would.</summary>
    /// <param name="dropletId">The droplet.</param>
    public void Kill(long dropletId) => _containers[dropletId] = null;

    /// <summary>Puts a container there that no droplet knows.</summary>
    /// <param name="dropletId">Its droplet's number.</param>
    public void AddOrphan(long dropletId) => _containers[dropletId] = NewProcess();

    public Task<CloudNetworks> EnsureNetworksAsync(CloudNetworks? current, CancellationToken cancellation) =>
        Task.FromResult(current ?? new CloudNetworks(new Subnet(201, 0), new Subnet(201, 1)));

    public async Task<ContainerProcess> CreateAsync(ContainerSpecification specification, CancellationToken cancellation)
    {
        if (IsHeld) await _released.Task.WaitAsync(cancellation);
        if (IsBroken) throw new PodmanException("no space left on device");
        Created.Enqueue(specification);
        var process = NewProcess();
        _containers[specification.DropletId] = process;
        return process;
    }

    public Task<ContainerProcess?> StartAsync(long dropletId, CancellationToken cancellation)
    {
        if (!_containers.ContainsKey(dropletId)) return Task.FromResult<ContainerProcess?>(null);
        var process = NewProcess();
        _containers[dropletId] = process;
        return Task.FromResult<ContainerProcess?>(process);
    }

    public Task StopAsync(long dropletId, TimeSpan grace, CancellationToken cancellation)
    {
        _containers[dropletId] = null;
        return Task.CompletedTask;
    }

    public async Task RemoveAsync(long dropletId, CancellationToken cancellation)
    {
        if (IsRemovalHeld) await _released.Task.WaitAsync(cancellation);
        _containers.TryRemove(dropletId, out _);
    }

    public Task<IReadOnlyList<ContainerInfo>> ListAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ContainerInfo>>([.. _containers.Select(pair => new ContainerInfo(pair.Key, pair.Value))]);

    public bool IsRunning(ContainerProcess process) => _containers.Values.Contains(process);

    private ContainerProcess NewProcess() => new(Interlocked.Increment(ref _nextProcess), StartedAt: 1);
}
