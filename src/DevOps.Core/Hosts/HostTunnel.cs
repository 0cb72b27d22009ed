using System.Net;
using Renci.SshNet;

namespace DevOps.Core.Hosts;

/// <summary>A port of this machine, on loopback, that leads through a verified SSH connection to a port of a host's loopback.</summary>
public sealed class HostTunnel : IDisposable
{
    private readonly SshClient _client;
    private readonly ForwardedPortLocal _forwarded;

    internal HostTunnel(SshClient client, int port)
    {
        _client = client;
        var loopback = IPAddress.Loopback.ToString();
        _forwarded = new ForwardedPortLocal(loopback, 0, loopback, (uint)port);
        client.AddForwardedPort(_forwarded);
        _forwarded.Start();
        Endpoint = new UriBuilder(Uri.UriSchemeHttp, loopback, (int)_forwarded.BoundPort).Uri;
    }

    /// <summary>Where the host's port is reached.</summary>
    public Uri Endpoint { get; }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _forwarded.Stop();
        _client.RemoveForwardedPort(_forwarded);
        _forwarded.Dispose();
    }
}
