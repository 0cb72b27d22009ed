using System.Globalization;
using DevOps.Core.Hosts;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Flags.Servers;

/// <summary>Connects to the droplets of nodes.</summary>
internal static class FlagServerHosts
{
    /// <summary>Finds a node's droplet.</summary>
    /// <param name="server">The server.</param>
    /// <param name="node">The node.</param>
    /// <param name="droplets">The droplets that there are.</param>
    /// <returns>The droplet.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNodeGone</c>.</exception>
    public static Droplet Find(SavedFlagServer server, SavedFlagServerNode node, IReadOnlyList<Droplet> droplets) => droplets.FirstOrDefault(droplet => droplet.Id == node.DropletId) ?? throw new DevOpsException(
        "FeatureFlagServerNodeGone",
        FailureKind.NotFound,
        $"The droplet '{node.Name}' of feature flag server '{server.Name}' does not exist any more.",
        $"New-DropletFleet {server.Fleet} makes the missing droplet, and Install-FeatureFlagServer -Fleet {server.Fleet} -Name {server.Name} a replica of it.",
        server.Name);

    /// <summary>Connects to a droplet, unless the cloud says that it is powered off: then nobody has to wait until it does not answer.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="droplet">The droplet.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNodeUnreachable</c>, and as <see cref="HostConnector"/>.</exception>
    public static Task<HostSession> ConnectAsync(StateFolder state, Droplet droplet, CancellationToken ct) => droplet.Status != DropletStatus.Off
        ? new HostConnector(state).ConnectAsync(droplet, ct)
        : throw new DevOpsException(
            "FeatureFlagServerNodeUnreachable",
            FailureKind.Unavailable,
            $"The droplet '{droplet.Name}' is powered off.",
            string.Create(CultureInfo.InvariantCulture, $"Power it on in the cloud's control panel (droplet {droplet.Id}), then run Install-FeatureFlagServer."),
            droplet);
}
