using DevOps.Server.Http;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>What holds for every answer of the page, whatever is asked.</summary>
/// <param name="options">Where the page is served, and to whom.</param>
internal sealed class PageGuard(MonitorPageOptions options)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static readonly (string Name, string Value)[] Headers =
    [
        ("Content-Security-Policy", Policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ("Cache-Control", "no-store"),
    ];

    /// <summary>Adds the headers, and refuses what nobody may ask.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="next">Answers it otherwise.</param>
    /// <returns>A task that ends when it is answered.</returns>
    public Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        foreach (var (name, value) in Headers) context.Response.Headers[name] = value;
        var method = context.Request.Method;
        var mayPost = options.Token is not null && context.Request.Path == PageLogin.Path;
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !(mayPost && HttpMethods.IsPost(method)))
        {
            context.Response.Headers.Allow = mayPost ? "GET, HEAD, POST" : "GET, HEAD";
            return RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "This page is for reading.\n");
        }

        return IsOurs(context.Request.Host.Host)
            ? next(context)
            : RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, "This page is not served under that name.\n");
    }

    // A token's cookie is not sent under a strange name.
    private bool IsOurs(string host) => options.Token is not null || HostNames.AreOurs(host, options.Address);

    private static Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
