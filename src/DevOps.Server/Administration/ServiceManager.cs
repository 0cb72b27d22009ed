using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DevOps.Server.Administration;

/// <summary>
/// Tells systemd how the process is, by the protocol of sd_notify(3): a datagram to the socket that <c>NOTIFY_SOCKET</c>
/// names. Without that variable nobody asked to be told.
/// </summary>
internal static class ServiceManager
{
    private const string Variable = "NOTIFY_SOCKET";

    /// <summary>Says that this process serves, and that it is the service's main process from now on.</summary>
    public static void SayReady() => Say(string.Create(CultureInfo.InvariantCulture, $"READY=1\nMAINPID={Environment.ProcessId}\n"));

    /// <summary>Says that this process ends.</summary>
    public static void SayStopping() => Say("STOPPING=1\n");

    private static void Say(string text)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } address) return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // A name that begins with @ is in the abstract name space, which begins with a zero byte.
            socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
            socket.Send(Encoding.UTF8.GetBytes(text));
        }
        catch (SocketException exception)
        {
            Console.Error.WriteLine($"systemd could not be told '{text.Trim()}': {exception.Message}");
        }
    }
}
