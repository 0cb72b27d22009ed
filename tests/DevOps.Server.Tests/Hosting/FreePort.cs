using System.Net;
using System.Net.Sockets;

namespace DevOps.Server.Tests.Hosting;

/// <summary>Finds ports that nobody uses.</summary>
internal static class FreePort
{
    /// <summary>Finds one. The system does not give it out again soon.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
