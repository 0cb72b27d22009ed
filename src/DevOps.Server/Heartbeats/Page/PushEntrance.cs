using DevOps.Core;
using DevOps.Core.Heartbeats.Pushes;
using DevOps.Model;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>
/// Takes the calls of jobs that are no PowerShell: <c>POST /push/NAME</c> with the target's own secret, <c>?failed</c> when the
/// job failed, and what it says as the body.
/// </summary>
/// <param name="pushes">Where calls are written down.</param>
internal sealed class PushEntrance(PushStore pushes)
{
    private const string Path = "/push";
    private const string Scheme = "Bearer ";
    private const int LongestMessage = 4 * 1024;

    /// <summary>Takes calls, and leaves everything else to others.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="next">Answers what is no call.</param>
    /// <returns>A task that ends when it is answered.</returns>
    public Task HandleAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal, out var rest) ? TakeAsync(context, rest.Value!.TrimStart('/')) : next(context);

    private static Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    private async Task TakeAsync(HttpContext context, string name)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "A job calls with POST.");
            return;
        }

        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !pushes.IsAllowed(name, header[Scheme.Length..].Trim()))
        {
            // The same for a name that nobody has: a stranger learns no names here.
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "There is no such job, or its secret is another one.");
            return;
        }

        try
        {
            var outcome = context.Request.Query.ContainsKey("failed") ? HeartbeatOutcome.Failed : HeartbeatOutcome.Succeeded;
            pushes.Record(name, outcome, await ReadAsync(context), context.Connection.RemoteIpAddress?.ToString());
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (DevOpsException failure)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, failure.Message);
        }
    }

    // What is longer is cut.
    private static async Task<string> ReadAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var buffer = new char[LongestMessage];
        return new string(buffer, 0, await reader.ReadBlockAsync(buffer, context.RequestAborted));
    }
}
