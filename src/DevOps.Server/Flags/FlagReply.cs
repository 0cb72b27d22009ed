using System.Buffers;

namespace DevOps.Server.Flags;

/// <summary>Sends answers, which are JSON.</summary>
internal static class FlagReply
{
    private const string Json = "application/json; charset=utf-8";

    /// <summary>Sends one, with the end of the exchange.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="status">Its status.</param>
    /// <param name="body">The JSON.</param>
    public static void Send(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = Json;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) response.BodyWriter.Write(body.Span);
    }

    /// <summary>Says that something is not done.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="status">Its status.</param>
    /// <param name="why">Why.</param>
    public static void Refuse(HttpContext context, int status, string why) => Send(context, status, EvaluationText.Details(why));

    /// <summary>Says that nothing is known yet: the Redis has never answered, and nothing was kept.</summary>
    /// <param name="context">The exchange.</param>
    public static void NothingKnown(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        Refuse(context, StatusCodes.Status503ServiceUnavailable, "No flags are known yet: the flag server has not answered since the service was started for the first time.");
    }
}
