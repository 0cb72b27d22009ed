using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>Adds, changes, drains and removes backends while their balancer serves.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="balancers">The balancers.</param>
/// <param name="time">The clock, the system's when nothing.</param>
public sealed class BackendService(StateFolder state, BalancerService balancers, TimeProvider? time = null)
{
    private readonly BackendDrain _drain = new(state, time ?? TimeProvider.System);

    /// <summary>Makes backends of application instances.</summary>
    /// <param name="instances">The instances of one application.</param>
    /// <returns>The backends, called after their droplets.</returns>
    /// <exception cref="DevOpsException"><c>InstancesMixed</c>: they are of several applications; <c>DropletNotReady</c>: one has no address yet.</exception>
    public static IReadOnlyList<GivenBackend> Of(IReadOnlyCollection<ApplicationInstance> instances)
    {
        var applications = instances.Select(instance => instance.Application).Distinct(StringComparer.Ordinal).ToArray();
        if (applications.Length > 1)
        {
            throw new DevOpsException(
                "InstancesMixed",
                FailureKind.InvalidInput,
                $"One balancer cannot serve several applications: {string.Join(", ", applications)}.",
                $"Name one, for example: Get-ApplicationInstance {applications[0]} | Start-CanaryBalancer -Name {applications[0]}",
                applications);
        }

        if (instances.FirstOrDefault(instance => instance.Address.Length == 0) is { } unreachable)
        {
            throw new DevOpsException(
                "DropletNotReady",
                FailureKind.Unavailable,
                $"The droplet '{unreachable.Instance}' has no address yet.",
                "Wait until it is active (Get-Droplet shows that), or leave it out.",
                unreachable);
        }

        return [.. instances.Select(instance => new GivenBackend(instance.Instance, instance.Uri, instance.Role))];
    }

    /// <summary>Changes a backend.</summary>
    /// <param name="balancer">The balancer's name.</param>
    /// <param name="backend">The backend's name, or its address as <c>host:port</c>.</param>
    /// <param name="change">The change.</param>
    /// <param name="cause">Who does it.</param>
    /// <param name="progress">Hears what is done.</param>
    /// <param name="ct">Ends the wait for the process.</param>
    /// <returns>The backend as it is then.</returns>
    /// <exception cref="DevOpsException"><c>BackendNotFound</c>, and what <see cref="BalancerService.ChangeAsync"/> says.</exception>
    public async Task<BalancerBackend> ChangeAsync(
        string balancer,
        string backend,
        Func<BackendSettings, BackendSettings> change,
        string cause,
        IProgress<OperationMessage> progress,
        CancellationToken ct)
    {
        var name = backend;
        var changed = await balancers.ChangeAsync(
            balancer,
            settings =>
            {
                name = BackendEdits.Find(settings, backend).Name;
                return BackendEdits.Change(settings, name, change);
            },
            cause,
            progress,
            ct);
        return changed.Backends.First(candidate => candidate.Name == name);
    }

    /// <summary>Takes a backend out and waits until it answers nothing any more.</summary>
    /// <param name="balancer">The balancer's name.</param>
    /// <param name="backend">The backend's name, or its address as <c>host:port</c>.</param>
    /// <param name="timeout">How long to wait; the balancer's time to drain when nothing.</param>
    /// <param name="cause">Who does it.</param>
    /// <param name="progress">Hears what is done.</param>
    /// <param name="ct">Ends the wait. The backend stays out.</param>
    /// <returns>The backend, drained.</returns>
    /// <exception cref="DevOpsException"><c>BackendNotDrained</c>, <c>BackendNotFound</c>, and what <see cref="BalancerService.ChangeAsync"/> says.</exception>
    public async Task<BalancerBackend> DrainAsync(
        string balancer,
        string backend,
        TimeSpan? timeout,
        string cause,
        IProgress<OperationMessage> progress,
        CancellationToken ct)
    {
        var draining = await ChangeAsync(balancer, backend, settings => settings with { IsDraining = true }, cause, progress, ct);
        await _drain.WaitAsync(balancer, draining.Name, timeout ?? balancers.Catalog.Get(balancer).DrainTimeout, progress, ct);
        return (await balancers.DescribeAsync(balancer, ct)).Backends.FirstOrDefault(candidate => candidate.Name == draining.Name) ?? draining;
    }

    /// <summary>Removes a backend, once it answers nothing any more.</summary>
    /// <param name="balancer">The balancer's name.</param>
    /// <param name="backend">The backend's name, or its address as <c>host:port</c>.</param>
    /// <param name="isDrained">Whether to wait for what it is answering. Without that, it still finishes that, but may be stopped too early.</param>
    /// <param name="timeout">How long to wait; the balancer's time to drain when nothing.</param>
    /// <param name="cause">Who does it.</param>
    /// <param name="progress">Hears what is done.</param>
    /// <param name="ct">Ends the wait. The backend is then out, but not removed.</param>
    /// <returns>A task that ends when it is gone.</returns>
    /// <exception cref="DevOpsException"><c>BackendNotDrained</c>, <c>BackendNotFound</c>, <c>BackendsMissing</c>, and what <see cref="BalancerService.ChangeAsync"/> says.</exception>
    public async Task RemoveAsync(
        string balancer,
        string backend,
        bool isDrained,
        TimeSpan? timeout,
        string cause,
        IProgress<OperationMessage> progress,
        CancellationToken ct)
    {
        // What cannot be removed in the end is not taken out in the beginning.
        balancers.PreviewChange(balancer, settings => BackendEdits.Remove(settings, backend));
        var name = BackendEdits.Find(balancers.Catalog.Get(balancer), backend).Name;
        if (isDrained) await DrainAsync(balancer, name, timeout, cause, progress, ct);
        await balancers.ChangeAsync(balancer, settings => BackendEdits.Remove(settings, name), cause, progress, ct);
    }
}
