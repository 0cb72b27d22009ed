using System.Net;
using System.Net.Sockets;

namespace DevOps.Benchmarks.Balancer;

/// <summary>Finds ports that nobody listens at.</summary>
internal static class LoopbackPorts
{
    /// <summary>Finds ports, each another one.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The ports.</returns>
    public static IReadOnlyList<int> Find(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners) listener.Start();
        List<int> ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}
