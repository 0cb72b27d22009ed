using System.Globalization;
using DevOps.Core.Hosts;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Flags.Servers;

/// <summary>Connects to the droplets of nodes.</summary>
internal static class FlagServerHosts
{
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
