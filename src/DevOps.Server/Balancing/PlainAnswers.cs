using DevOps.Core.Balancing;

namespace DevOps.Server.Balancing;

/// <summary>The answers that the balancer gives by itself: short, plain text, never stored.</summary>
internal static class PlainAnswers
{
    private const int SecondsToRetry = 2;

    /// <summary>Refuses a request that can be read in more than one way.</summary>
    /// <param name="context">The exchange.</param>
    /// <returns>A task that ends when it is sent.</returns>
    public static Task BadRequestAsync(HttpContext context)
    {
        // What follows on this connection cannot be told apart from this request's body.
        context.Response.Headers.Connection = "close";
        return WriteAsync(context, StatusCodes.Status400BadRequest, "Bad request: it says twice, and differently, where its body ends.\n");
    }

    /// <summary>Says that no backend may be asked.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="isEnding">Whether the connection is not to be used again.</param>
    /// <returns>A task that ends when it is sent.</returns>
    public static Task UnavailableAsync(HttpContext context, bool isEnding)
    {
        context.Response.Headers.RetryAfter = SecondsToRetry.ToString();
        if (isEnding && HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
        return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Service unavailable: no server can answer at the moment. Please try again in a few seconds.\n");
    }

    /// <summary>Says that a backend failed and nobody else could be asked.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="isNobodyLeft">Whether no backend may be asked any more.</param>
    /// <returns>A task that ends when it is sent.</returns>
    public static Task FailedAsync(HttpContext context, BackendFailure failure, bool isNobodyLeft)
    {
        context.Response.Clear();
        if (failure == BackendFailure.NoConnection || isNobodyLeft) return UnavailableAsync(context, isEnding: false);
        return failure == BackendFailure.Late
            ? WriteAsync(context, StatusCodes.Status504GatewayTimeout, "Gateway timeout: the server did not answer in time.\n")
            : WriteAsync(context, StatusCodes.Status502BadGateway, "Bad gateway: the server's answer was broken.\n");
    }

    private static Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
