using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>Makes a connection, and ends it without a word.</summary>
internal sealed class TcpCheck : IHeartbeatCheck
{
    /// <inheritdoc/>
    public async Task<CheckResult> CheckAsync(HeartbeatTarget target, CancellationToken ct)
    {
        using var socket = await ConnectAsync(target.Uri.IdnHost, target.Uri.Port, ct);
        return CheckResult.Up(string.Create(CultureInfo.InvariantCulture, $"port {target.Uri.Port} accepts connections"));
    }

    /// <summary>Connects to a host.</summary>
    /// <param name="host">Its name or address.</param>
    /// <param name="port">The port.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The connected socket.</returns>
    /// <exception cref="SocketException">There is no connection.</exception>
    internal static async Task<Socket> ConnectAsync(string host, int port, CancellationToken ct)
    {
        // An address needs no resolver, and no socket for both families.
        var isAddress = IPAddress.TryParse(host, out var address);
        var socket = isAddress ? new Socket(address!.AddressFamily, SocketType.Stream, ProtocolType.Tcp) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await (isAddress ? socket.ConnectAsync(address!, port, ct) : socket.ConnectAsync(host, port, ct));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
