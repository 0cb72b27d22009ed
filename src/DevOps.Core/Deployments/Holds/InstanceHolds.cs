using System.Globalization;
using DevOps.Core.Balancing;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Deployments.Holds;

/// <summary>An instance that is to be left out of its balancer.</summary>
/// <param name="Application">The application's name.</param>
/// <param name="Droplet">The droplet.</param>
/// <param name="Ports">The ports at which the balancer may know it.</param>
internal sealed record HeldInstance(string Application, Droplet Droplet, IReadOnlyList<int> Ports)
{
    /// <summary>The droplet's name.</summary>
    public string Name => Droplet.Name;
}

/// <summary>
/// Takes instances out of their balancer while they are switched or restarted, so that nobody is sent to one that is away.
/// The balancer is a help and no condition: when it does not run or does not know an instance, that is told in one line,
/// and the work goes on.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="owner">Who holds them, such as a deployment's id.</param>
/// <param name="tell">Hears what is worth telling, about an instance.</param>
/// <param name="time">The clock.</param>
internal sealed class InstanceHolds(StateFolder state, string owner, Action<HeldInstance, string> tell, TimeProvider time)
{
    // Nothing says when the last request in flight has ended.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>Takes an instance out and waits until the requests in flight are finished.</summary>
    /// <param name="balancer">The balancer's name; nothing when there is none.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="cause">Why, in words.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The hold. Disposing it without giving the instance back lets it run out by itself.</returns>
    public async Task<InstanceHold> TakeAsync(string? balancer, HeldInstance instance, string cause, CancellationToken ct)
    {
        if (balancer is null) return InstanceHold.None;
        var client = new BalancerClient(state, balancer);
        try
        {
            if (await FindAsync(client, balancer, instance, ct) is { } backend)
            {
                var hold = new InstanceHold(client, backend, owner, $"{cause} ({owner})", time);
                if (await hold.BeginAsync(ct) is { } report)
                {
                    await DrainAsync(client, balancer, instance, backend, report, ct);
                    return hold;
                }

                await hold.DisposeAsync();
                TellOnce(instance, $"the balancer {balancer} has stopped: {instance.Name} is not taken out of it first");
                return InstanceHold.None;
            }
        }
        catch (DevOpsException failure)
        {
            TellOnce(instance, $"{instance.Name} is not taken out of the balancer {balancer} first: {failure.Message}");
        }
        catch
        {
            client.Dispose();
            throw;
        }

        client.Dispose();
        return InstanceHold.None;
    }

    private static string AddressOf(Uri uri) => string.Create(CultureInfo.InvariantCulture, $"{uri.Host}:{uri.Port}");

    /// <summary>Finds an instance among a balancer's backends. Its address is what a backend is; a name is whatever somebody called it, but usually the droplet's.</summary>
    /// <param name="report">The balancer.</param>
    /// <param name="instance">The instance.</param>
    /// <returns>The backend; nothing when the balancer does not know the instance.</returns>
    public static BackendReport? Find(BalancerReport report, HeldInstance instance)
    {
        string?[] hosts = [instance.Droplet.PublicAddress, instance.Droplet.PrivateAddress];
        var addresses = hosts.OfType<string>().SelectMany(_ => instance.Ports, (host, port) => string.Create(CultureInfo.InvariantCulture, $"{host}:{port}")).ToHashSet(StringComparer.Ordinal);
        return report.Backends.FirstOrDefault(backend => addresses.Contains(AddressOf(backend.Uri)))
            ?? report.Backends.FirstOrDefault(backend => backend.Name == instance.Name);
    }

    private async Task<BackendReport?> FindAsync(BalancerClient client, string balancer, HeldInstance instance, CancellationToken ct)
    {
        if (await client.ReportAsync(ct) is not { } report)
        {
            // Once for all instances: it is about the balancer.
            TellOnce(instance, $"the balancer {balancer} does not run, so nothing is taken out of it first");
            return null;
        }

        if (Find(report, instance) is not { } backend)
        {
            TellOnce(instance, $"{instance.Name} is no backend of the balancer {balancer}, so it is not taken out of it first");
            return null;
        }

        if (backend.State == BackendState.Up && !report.Backends.Any(other => other.Name != backend.Name && other is { State: BackendState.Up, Weight: > 0 }))
        {
            // Taken out, it would leave nobody for even longer than it is away.
            TellOnce(instance, $"{instance.Name} is all that the balancer {balancer} can ask, so it is not taken out of it first");
            return null;
        }

        return backend;
    }

    private async Task DrainAsync(BalancerClient client, string balancer, HeldInstance instance, BackendReport backend, BalancerReport? report, CancellationToken ct)
    {
        var limit = (new BalancerFiles(state, balancer).ReadSettings() ?? new BalancerSettings { Name = balancer }).DrainTimeout;
        var began = time.GetTimestamp();
        while (report?.Backends.FirstOrDefault(candidate => candidate.Name == backend.Name) is { State: not BackendState.Drained } held)
        {
            if (time.GetElapsedTime(began) >= limit)
            {
                tell(instance, string.Create(CultureInfo.InvariantCulture, $"{instance.Name} is out of the balancer {balancer}, but has not finished {held.InFlight} requests within {limit.TotalSeconds:0.#} s"));
                return;
            }

            await Task.Delay(LookInterval, time, ct);
            report = await client.ReportAsync(ct);
        }

        tell(instance, $"{instance.Name} is out of the balancer {balancer} for now, with no request in flight");
    }

    private void TellOnce(HeldInstance instance, string text)
    {
        lock (_told)
        {
            if (!_told.Add(text)) return;
        }

        tell(instance, text);
    }
}
