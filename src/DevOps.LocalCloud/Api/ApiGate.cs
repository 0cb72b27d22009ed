using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DevOps.LocalCloud.Droplets;

namespace DevOps.LocalCloud.Api;

/// <summary>What every request passes: a request id, the token, the rate limits; and what every failure becomes.</summary>
/// <param name="store">Knows the token.</param>
/// <param name="limiter">Counts the requests.</param>
/// <param name="logger">Hears of failures that are the server's own.</param>
internal sealed class ApiGate(CloudStore store, RateLimiter limiter, ILogger<ApiGate> logger)
{
    private const string Scheme = "Bearer ";

    private const string RequestIdHeader = "x-request-id";

    /// <summary>Handles a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">What serves it, when it may pass.</param>
    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers[RequestIdHeader] = Guid.NewGuid().ToString();
        try
        {
            var token = Authenticate(context);
            Limit(context, token);
            await next(context);
            // No route fits.
            if (context.GetEndpoint() is null) throw ApiException.NotFound();
        }
        catch (ApiException refusal)
        {
            await AnswerAsync(context, refusal);
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            logger.LogError(exception, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            await AnswerAsync(context, new ApiException(StatusCodes.Status500InternalServerError, "server_error", "Unexpected server-side error"));
        }
    }

    private static Task AnswerAsync(HttpContext context, ApiException refusal) =>
        context.WriteAsync(
            refusal.Status,
            new ErrorAnswer(refusal.Id, refusal.Message, context.Response.Headers[RequestIdHeader].ToString()),
            ApiJson.Default.ErrorAnswer);

    private string Authenticate(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var token = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : string.Empty;
        // In constant time: an answer must not tell how much of a guess was right.
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(store.Current.Token))
            ? token
            : throw new ApiException(StatusCodes.Status401Unauthorized, "unauthorized", "Unable to authenticate you.");
    }

    private void Limit(HttpContext context, string token)
    {
        var isKeyList = HttpMethods.IsGet(context.Request.Method) && context.Request.Path == "/v2/account/keys";
        var verdict = limiter.Count(token, isKeyList);
        var headers = context.Response.Headers;
        headers["ratelimit-limit"] = verdict.Limit.ToString(CultureInfo.InvariantCulture);
        headers["ratelimit-remaining"] = verdict.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["ratelimit-reset"] = verdict.ResetAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        if (!verdict.IsRefused) return;
        if (verdict.RetryAfter is { } wait)
        {
            headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        throw new ApiException(StatusCodes.Status429TooManyRequests, "too_many_requests", "API rate limit exceeded.");
    }
}
