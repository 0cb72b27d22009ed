using System.Net;
using System.Net.Sockets;

namespace DevOps.Server.Tests.Hosting;

/// <summary>Finds ports that nobody uses.</summary>
/// <remarks>
/// The system itself may give the same port twice, and to any connection on the way. So these lie below those that Linux gives by itself
/// (32768 and up), and each is kept, also from the test programs beside this one, by a socket of its name that ends with this program.
/// </remarks>
internal static class FreePort
{
    private const int First = 15000;

    private const int End = 32768;

    private static readonly List<Socket> Kept = [];

    /// <summary>Finds a port that no one listens at and that nobody was given before.</summary>
    /// <returns>The port.</returns>
    public static int Find()
    {
        var start = Random.Shared.Next(First, End);
        for (var tried = 0; tried < End - First; tried++)
        {
            var port = First + ((start - First + tried) % (End - First));
            if (TryKeep(port) && IsFree(port)) return port;
        }

        throw new InvalidOperationException("There is no free port.");
    }

    private static bool TryKeep(int port)
    {
        var kept = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // The zero makes it a name without a file.
            kept.Bind(new UnixDomainSocketEndPoint($"\0devops-test-port-{port}"));
            lock (Kept) Kept.Add(kept);
            return true;
        }
        catch (SocketException)
        {
            kept.Dispose();
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
