using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Instances;
using DevOps.Core.DigitalOcean;
using DevOps.Core.Hosts;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>Fleets of a DigitalOcean account, reached over verified SSH.</summary>
internal sealed class CloudFleets : IDeploymentFleets
{
    private readonly CloudSession _session;
    private readonly HostConnector _connector;
    private readonly InstanceRecords _records;
    private readonly TimeProvider _time;

    private CloudFleets(CloudSession session, HostConnector connector, InstanceRecords records, TimeProvider time)
    {
        _session = session;
        _connector = connector;
        _records = records;
        _time = time;
    }

    /// <summary>Opens the account that a connection leads to.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="connection">The connection's name, or nothing for the usual rules.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The fleets.</returns>
    public static CloudFleets Open(StateFolder state, string? connection, TimeProvider time) =>
        new(CloudSession.Open(state, connection), new HostConnector(state, time), new InstanceRecords(state), time);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Droplet>> ListAsync(string fleet, CancellationToken ct) => _session.Droplets.ListAsync(fleet, ct);

    /// <inheritdoc/>
    public async Task<IApplicationHost> ConnectAsync(Droplet droplet, string application, CancellationToken ct) =>
        new RecordedHost(new SshApplicationHost(await _connector.ConnectAsync(droplet, ct), application, _time), application, _records);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
