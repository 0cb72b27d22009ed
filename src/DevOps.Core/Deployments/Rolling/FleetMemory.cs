using System.Collections.Concurrent;
using DevOps.Core.Deployments.Hosts;
using DevOps.Model;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>
/// Remembers each fleet as it was last listed, so that a deployment can go back also when the cloud's API does not answer
/// any more. A remembered droplet is as safe as a listed one: its pinned host key tells it from whatever has its address now.
/// </summary>
/// <param name="fleets">Where fleets are found.</param>
internal sealed class FleetMemory(IDeploymentFleets fleets) : IDeploymentFleets
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<Droplet>> _lists = new(StringComparer.Ordinal);

    /// <summary>The same fleets for going back: what the API does not tell is taken from memory.</summary>
    /// <returns>The fleets; they need not be disposed of.</returns>
    public IDeploymentFleets ForGoingBack() => new Remembered(this);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Droplet>> ListAsync(string fleet, CancellationToken ct) => _lists[fleet] = await fleets.ListAsync(fleet, ct);

    /// <inheritdoc/>
    public Task<IApplicationHost> ConnectAsync(Droplet droplet, string application, CancellationToken ct) => fleets.ConnectAsync(droplet, application, ct);

    /// <inheritdoc/>
    public void Dispose() => fleets.Dispose();

    private sealed class Remembered(FleetMemory memory) : IDeploymentFleets
    {
        public async Task<IReadOnlyList<Droplet>> ListAsync(string fleet, CancellationToken ct)
        {
            var known = memory._lists.GetValueOrDefault(fleet, []);
            try
            {
                return await memory.ListAsync(fleet, ct);
            }
            catch (DevOpsException) when (known.Count > 0)
            {
                return known;
            }
        }

        public Task<IApplicationHost> ConnectAsync(Droplet droplet, string application, CancellationToken ct) => memory.ConnectAsync(droplet, application, ct);

        public void Dispose()
        {
        }
    }
}
