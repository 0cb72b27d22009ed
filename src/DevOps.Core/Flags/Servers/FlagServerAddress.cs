using System.Net;

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

    private static DevOpsException Invalid(string message, string action) => new("FeatureFlagServerAddressInvalid", FailureKind.InvalidInput, message, action);
}
