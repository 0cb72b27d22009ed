using System.Net;
using System.Net.Sockets;

namespace DevOps.Core.Flags.Servers;

/// <summary>The address by which a server is named.</summary>
internal static class FlagServerAddress
{
    /// <summary>The scheme of addresses with TLS.</summary>
    public const string TlsScheme = "rediss";

    private const string Scheme = "redis";

    /// <summary>Refuses what is no address of a Redis server, and what carries a password.</summary>
    /// <param name="uri">The address.</param>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerAddressInvalid</c>.</exception>
    public static void Check(Uri uri)
    {
        if (!uri.IsAbsoluteUri || uri.Scheme is not (Scheme or TlsScheme) || uri.Host.Length == 0)
        {
            // What is no address of ours may hold a password nevertheless: it is not repeated.
            throw Invalid("The address is not one of a Redis server.", "Write it as redis://HOST:PORT, or rediss://HOST:PORT for TLS.");
        }

        if (uri.UserInfo.Length > 0) throw Invalid($"The address of '{uri.Host}' holds a login, which would be seen in the history and in logs.", "Leave it out, and give it with -Credential.");
        if (uri.AbsolutePath is not ("/" or "" or "/0")) throw Invalid($"The address of '{uri.Host}' names a database.", "Leave it out: flags are kept in database 0.");
    }

    /// <summary>Refuses to send a password over the internet in the clear.</summary>
    /// <param name="uri">The address.</param>
    /// <param name="login">Who logs in; nothing when nobody does.</param>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerAddressInvalid</c>.</exception>
    public static void Check(Uri uri, SavedFlagServerLogin? login)
    {
        Check(uri);
        if (uri.Scheme == TlsScheme || login?.Password is null || !IPAddress.TryParse(uri.DnsSafeHost, out var address) || IsNear(address)) return;
        throw Invalid($"The password would go to the public address '{uri.Host}' in the clear.", "Use rediss://HOST:PORT, or an address that the internet does not route.");
    }

    /// <summary>The node at an address.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>The node.</returns>
    public static SavedFlagServerNode NodeOf(Uri uri) => NodeAt(uri.DnsSafeHost, uri.Port > 0 ? uri.Port : FlagServerFiles.Port);

    /// <summary>A node that is reached directly.</summary>
    /// <param name="address">Its address or name.</param>
    /// <param name="port">Its port.</param>
    /// <returns>The node.</returns>
    public static SavedFlagServerNode NodeAt(string address, int port) => new(
        IPAddress.TryParse(address, out var parsed) ? new IPEndPoint(parsed, port).ToString() : $"{address}:{port}",
        address,
        port);

    // This machine, and networks that the internet does not route.
    private static bool IsNear(IPAddress address)
    {
        if (IPAddress.IsLoopback(address)) return true;
        if (address.AddressFamily == AddressFamily.InterNetworkV6) return address.IsIPv6UniqueLocal || address.IsIPv6LinkLocal;
        var bytes = address.GetAddressBytes();
        return bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and < 32) || (bytes[0] == 192 && bytes[1] == 168);
    }

    private static DevOpsException Invalid(string message, string action) => new("FeatureFlagServerAddressInvalid", FailureKind.InvalidInput, message, action);
}
