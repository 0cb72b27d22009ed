using System.Collections.Concurrent;
using DevOps.Core.DigitalOcean;
using DevOps.Core.Hosts;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats.Systemd;

/// <summary>Opens shells on droplets that are known by name.</summary>
/// <param name="droplet">The droplet's exact name.</param>
/// <param name="connection">The saved connection to its account; the selected one when nothing.</param>
/// <param name="ct">Ends the attempt.</param>
/// <returns>The shell.</returns>
/// <exception cref="DevOpsException">Why there is none.</exception>
internal delegate Task<DropletShell> OpenDropletShell(string droplet, string? connection, CancellationToken ct);

/// <summary>
/// Reaches the droplets of an installation's accounts: looks the name up in the account and connects to the host that shows
/// the key which is pinned there. What the account tells is remembered for a moment, so that a host that cannot be reached
/// does not use up the account's requests.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock.</param>
internal sealed class DropletReach(StateFolder state, TimeProvider time)
{
    // DigitalOcean allows 5,000 requests an hour (https://docs.digitalocean.com/reference/api/reference/#rate-limit).
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookupLimit = TimeSpan.FromSeconds(30);

    private readonly HostConnector _connector = new(state, time);
    private readonly ConcurrentDictionary<(string Name, string? Connection), (long At, Lazy<Task<Droplet>> Lookup)> _droplets = new();

    /// <inheritdoc cref="OpenDropletShell"/>
    public async Task<DropletShell> OpenAsync(string droplet, string? connection, CancellationToken ct) =>
        DropletShell.Of(await _connector.ConnectAsync(await FindAsync(droplet, connection).WaitAsync(ct), ct));

    private Task<Droplet> FindAsync(string name, string? connection) => _droplets.AddOrUpdate(
        (name, connection),
        _ => Fresh(name, connection),
        (_, known) => time.GetElapsedTime(known.At) < Remembered ? known : Fresh(name, connection)).Lookup.Value;

    private (long At, Lazy<Task<Droplet>> Lookup) Fresh(string name, string? connection) =>
        (time.GetTimestamp(), new Lazy<Task<Droplet>>(() => Task.Run(() => LookUpAsync(name, connection))));

    private async Task<Droplet> LookUpAsync(string name, string? connection)
    {
        using var limit = new CancellationTokenSource(LookupLimit, time);
        using var session = CloudSession.Open(state, connection);
        return await session.Droplets.GetAsync(name, limit.Token);
    }
}
