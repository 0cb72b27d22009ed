using System.Net;
using System.Net.Sockets;

namespace DevOps.Core.Flags.Servers;

/// <summary>Where a feature flag server is, and who logs in: as it is kept, with the password.</summary>
/// <param name="Name">The name that it was given.</param>
/// <param name="Uri">The master's address: <c>redis://HOST:PORT</c>, or <c>rediss</c> for TLS.</param>
/// <param name="UserName">Who logs in; the default user when nothing.</param>
/// <param name="Password">The password, if there is one. It is never shown, logged or written anywhere else.</param>
public sealed record FlagServerAddress(string Name, Uri Uri, string? UserName, string? Password)
{
    /// <summary>Redis' own port.</summary>
    public const int DefaultPort = 6379;

    private const string Plain = "redis";

    private const string Encrypted = "rediss";

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsEncrypted => Uri.Scheme == Encrypted;

    /// <summary>The server's name or address.</summary>
    public string Host => Uri.IdnHost;

    /// <summary>The server's port.</summary>
    public int Port => Uri.Port < 0 ? DefaultPort : Uri.Port;

    /// <summary>Names the server, without its password.</summary>
    /// <returns>The name and the address.</returns>
    public override string ToString() => $"{Name} ({Uri})";

    /// <summary>Checks the address.</summary>
    /// <returns>The same.</returns>
    /// <exception cref="DevOpsException">No server can be there, or the password would go over the internet in the clear (<c>FeatureFlagServerAddressInvalid</c>).</exception>
    public FlagServerAddress Check()
    {
        if (!Uri.IsAbsoluteUri || Uri.Scheme is not (Plain or Encrypted) || Uri.Host.Length == 0) throw Invalid("it is not like redis://HOST:PORT");
        if (Uri.UserInfo.Length > 0) throw Invalid("it holds a password, which would be shown wherever the address is");
        if (Uri.PathAndQuery is not ("" or "/") || Uri.Fragment.Length > 0) throw Invalid("it says more than host and port; flags are in database 0");
        if (!IsEncrypted && Password is not null && IPAddress.TryParse(Host, out var address) && !IsNear(address)) throw Invalid("the password would go to a public address in the clear");
        return this;
    }

    // This machine, and networks that the internet does not route.
    private static bool IsNear(IPAddress address)
    {
        if (IPAddress.IsLoopback(address)) return true;
        if (address.AddressFamily == AddressFamily.InterNetworkV6) return address.IsIPv6UniqueLocal || address.IsIPv6LinkLocal;
        var bytes = address.GetAddressBytes();
        return bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and < 32) || (bytes[0] == 192 && bytes[1] == 168);
    }

    private DevOpsException Invalid(string why) => new(
        "FeatureFlagServerAddressInvalid",
        FailureKind.InvalidInput,
        $"'{(Uri.IsAbsoluteUri ? Uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.SafeUnescaped) : Uri.OriginalString)}' cannot be the address of a feature flag server: {why}.",
        "Give it as redis://HOST:PORT, or rediss://HOST:PORT for TLS, and who logs in with -Credential.",
        Name);
}
