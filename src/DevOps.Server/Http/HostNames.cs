using System.Net;

namespace DevOps.Server.Http;

/// <summary>
/// The names under which requests may ask for something that everybody on this machine may have: what a stranger's web page
/// can make a browser ask under a name of its own must find nobody here.
/// </summary>
internal static class HostNames
{
    /// <summary>Whether a name is this machine's, and nobody else's.</summary>
    /// <param name="host">The request's host, without the port.</param>
    /// <param name="listensAt">The address at which it arrived, or is listened.</param>
    /// <returns>Whether it is.</returns>
    public static bool AreOurs(string host, IPAddress? listensAt)
    {
        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(host.Trim('[', ']'), out var address) && (IPAddress.IsLoopback(address) || address.Equals(listensAt));
    }
}
