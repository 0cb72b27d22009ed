namespace DevOps.Core.Heartbeats;

/// <summary>
/// Reads what stands behind the scheme of an address as it was written: <see cref="Uri"/> makes hosts' names of it, in small
/// letters, and takes numbers for addresses.
/// </summary>
internal static class HeartbeatAddress
{
    /// <summary>The parts between the slashes.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>Such as <c>itrust-1</c> and <c>itrust.service</c>; an empty one for each slash too many.</returns>
    public static string[] Parts(Uri uri)
    {
        var text = uri.OriginalString;
        var begin = text.IndexOf("://", StringComparison.Ordinal);
        return begin < 0 ? [] : text[(begin + 3)..].Split('/');
    }
}
