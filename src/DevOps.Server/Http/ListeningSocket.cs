using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using DevOps.Core;
using DevOps.Core.Servers;

namespace DevOps.Server.Http;

/// <summary>
/// The socket at which clients arrive. It can be given to a successor: both processes then accept from one queue, and what
/// has arrived is lost by neither.
/// </summary>
internal sealed partial class ListeningSocket : IDisposable
{
    private const int DuplicateAtLeast = 0; // F_DUPFD
    private const int FirstInheritable = 64;

    private readonly Socket _socket;

    private ListeningSocket(Socket socket) => _socket = socket;

    /// <summary>What Kestrel accepts from.</summary>
    public Socket Socket => _socket;

    /// <summary>The port it listens at.</summary>
    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Opens a socket.</summary>
    /// <param name="address">The address.</param>
    /// <param name="port">The port.</param>
    /// <param name="parameter">The cmdlets' parameter that chooses the port.</param>
    /// <returns>The socket.</returns>
    /// <exception cref="DevOpsException"><c>PortTaken</c>, <c>PortNotAllowed</c> or <c>AddressNotUsable</c>.</exception>
    public static ListeningSocket Open(IPAddress address, int port, string parameter = "-Port")
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // An IPv6 address for everybody serves IPv4 too.
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, port));
            return new ListeningSocket(socket);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw NotOpened(address, port, parameter, exception);
        }
    }

    /// <summary>Takes over the socket of a predecessor.</summary>
    /// <param name="descriptor">Its descriptor, inherited.</param>
    /// <returns>The socket.</returns>
    public static ListeningSocket Inherit(int descriptor) => new(new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)));

    /// <summary>Makes a second descriptor of the socket that a child process inherits.</summary>
    /// <returns>The descriptor, which the caller closes once the child has begun.</returns>
    /// <exception cref="DevOpsException"><c>HandoverNotSupported</c>.</exception>
    public int Duplicate()
    {
        var descriptor = OperatingSystem.IsWindows() ? -1 : ControlDescriptor((int)_socket.Handle, DuplicateAtLeast, FirstInheritable);
        return descriptor >= 0 ? descriptor : throw new DevOpsException(
            "HandoverNotSupported",
            FailureKind.NotSupported,
            "This system does not let one process give its listening socket to another.",
            "Stop-CanaryBalancer, then Start-CanaryBalancer.");
    }

    /// <summary>Closes a descriptor that <see cref="Duplicate"/> made.</summary>
    /// <param name="descriptor">The descriptor.</param>
    public static void Close(int descriptor) => _ = CloseDescriptor(descriptor);

    /// <summary>Accepts nobody any more.</summary>
    public void Dispose() => _socket.Dispose();

    private static DevOpsException NotOpened(IPAddress address, int port, string parameter, SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new DevOpsException(
            "PortTaken",
            FailureKind.Conflict,
            $"Port {port} is taken. It is held by: {PortOwner.Describe(port) ?? "unknown"}.",
            $"End that process, or choose another port with {parameter}.",
            port,
            exception),
        SocketError.AccessDenied => new DevOpsException(
            "PortNotAllowed",
            FailureKind.PermissionDenied,
            $"Port {port} needs rights that this account does not have.",
            $"Run as root, or choose a port above 1023 with {parameter}.",
            port,
            exception),
        _ => new DevOpsException(
            "AddressNotUsable",
            FailureKind.InvalidInput,
            $"Nobody can listen at {address}, port {port}: {exception.Message}.",
            "Choose an address of this machine with -ListenAddress.",
            address.ToString(),
            exception),
    };

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int ControlDescriptor(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseDescriptor(int descriptor);
}
