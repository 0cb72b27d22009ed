using System.Net;
using DevOps.Core.Hosts;

namespace DevOps.Core.Flags.Servers;

/// <summary>How a node is reached: directly, or through a verified SSH connection to its droplet.</summary>
/// <param name="EndPoint">Where it is reached from here.</param>
/// <param name="Host">The SSH connection; disposed with this.</param>
/// <param name="Tunnel">The way through it; disposed with this.</param>
internal sealed record FlagServerRoute(EndPoint EndPoint, HostSession? Host, HostTunnel? Tunnel) : IAsyncDisposable
{
    /// <summary>The way to a node that this machine reaches.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The way.</returns>
    public static FlagServerRoute To(SavedFlagServerNode node) => new(
        IPAddress.TryParse(node.Address, out var address) ? new IPEndPoint(address, node.Port) : new DnsEndPoint(node.Address, node.Port),
        Host: null,
        Tunnel: null);

    /// <summary>The way to a node on a droplet. Its address is private, and the server listens on the droplet's loopback as well.</summary>
    /// <param name="node">The node.</param>
    /// <param name="host">The SSH connection.</param>
    /// <returns>The way.</returns>
    public static FlagServerRoute To(SavedFlagServerNode node, HostSession host)
    {
        var tunnel = host.OpenTunnel(node.Port);
        return new FlagServerRoute(new IPEndPoint(IPAddress.Loopback, tunnel.Endpoint.Port), host, tunnel);
    }

    /// <summary>Ends it.</summary>
    /// <returns>A task that ends once it is ended.</returns>
    public async ValueTask DisposeAsync()
    {
        Tunnel?.Dispose();
        if (Host is not null) await Host.DisposeAsync();
    }
}
