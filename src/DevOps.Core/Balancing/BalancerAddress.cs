using System.Net;
using System.Net.Sockets;
using DevOps.Core.Servers;

namespace DevOps.Core.Balancing;

/// <summary>The address at which a balancer serves.</summary>
internal static class BalancerAddress
{
    /// <summary>Where it is reached: from this machine, when it listens at every address.</summary>
    /// <param name="settings">The balancer's settings.</param>
    /// <returns>The address.</returns>
    public static Uri Of(BalancerSettings settings)
    {
        var address = IPAddress.TryParse(settings.ListenAddress, out var parsed) ? parsed : IPAddress.Loopback;
        if (address.Equals(IPAddress.Any)) address = IPAddress.Loopback;
        if (address.Equals(IPAddress.IPv6Any)) address = IPAddress.IPv6Loopback;
        return new UriBuilder(settings.CertificateFile is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps, address.ToString(), settings.Port).Uri;
    }

    /// <summary>
    /// Refuses an address that cannot be listened at, before anything is changed. Somebody may still be quicker: then the
    /// process itself says so.
    /// </summary>
    /// <param name="settings">The balancer's settings.</param>
    /// <exception cref="DevOpsException"><c>PortTaken</c>, <c>PortNotAllowed</c>, <c>AddressNotUsable</c>.</exception>
    public static void CheckFree(BalancerSettings settings)
    {
        var address = IPAddress.Parse(settings.ListenAddress);
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, settings.Port));
        }
        catch (SocketException exception)
        {
            throw Explain(settings, exception);
        }
    }

    private static DevOpsException Explain(BalancerSettings settings, SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new DevOpsException(
            "PortTaken",
            FailureKind.Conflict,
            $"Port {settings.Port} is taken. It is held by: {PortOwner.Describe(settings.Port) ?? "unknown"}.",
            "End that process, or choose another port with -Port.",
            settings.Port,
            exception),
        SocketError.AccessDenied => new DevOpsException(
            "PortNotAllowed",
            FailureKind.PermissionDenied,
            $"Port {settings.Port} needs rights that the account '{Environment.UserName}' does not have.",
            "Run as root, or choose a port above 1023 with -Port.",
            settings.Port,
            exception),
        _ => new DevOpsException(
            "AddressNotUsable",
            FailureKind.InvalidInput,
            $"The balancer '{settings.Name}' cannot listen at {settings.ListenAddress}, port {settings.Port}: {exception.Message}.",
            "Choose an address of this machine with -ListenAddress.",
            settings.ListenAddress,
            exception),
    };
}
