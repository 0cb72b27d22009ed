namespace DevOps.Server.Balancing;

/// <summary>
/// Finds requests whose body ends where Content-Length says or where Transfer-Encoding says, depending on who reads them:
/// the stuff of request smuggling (RFC 9112, 6.1). Kestrel refuses every other ambiguity by itself; this one it resolves, and
/// keeps the ignored length under another name.
/// </summary>
internal static class Framing
{
    private const string IgnoredLength = "X-Content-Length";

    /// <summary>Looks at a request.</summary>
    /// <param name="request">The request.</param>
    /// <returns>Whether it bore both.</returns>
    public static bool IsAmbiguous(HttpRequest request) =>
        request.Headers.TransferEncoding.Count > 0 && (request.ContentLength is not null || request.Headers.ContainsKey(IgnoredLength));
}
