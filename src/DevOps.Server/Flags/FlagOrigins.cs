namespace DevOps.Server.Flags;

/// <summary>Lets pages of other origins ask, where that is allowed (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol).</summary>
internal static class FlagOrigins
{
    private const string AskedHeaders = "Authorization, Content-Type, If-None-Match, X-API-Key";

    /// <summary>Adds what browsers want to know, and answers when that is all that is asked.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="access">Knows whose pages may ask.</param>
    /// <returns>Whether it is answered.</returns>
    public static bool Answer(HttpContext context, FlagAccess access)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        if (request.Headers.Origin is [{ } origin] && access.IsAllowed(origin))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlExposeHeaders = "Age, ETag";
            headers.Vary = "Origin";
        }

        if (!HttpMethods.IsOptions(request.Method)) return false;
        headers.AccessControlAllowMethods = "GET, POST";
        headers.AccessControlAllowHeaders = AskedHeaders;
        headers.AccessControlMaxAge = "600";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }
}
