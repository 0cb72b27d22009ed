using DevOps.Core.Balancing;
using Yarp.ReverseProxy.Forwarder;

namespace DevOps.Server.Balancing;

/// <summary>Has each request answered: by the backend whose turn it is, and by another when that one fails before a byte has gone out.</summary>
/// <param name="pool">The backends.</param>
/// <param name="forwarder">YARP's forwarder.</param>
/// <param name="client">The connections to the backends.</param>
/// <param name="counters">What is counted of requests.</param>
/// <param name="log">The access log, if there is one.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestForwarder(
    BackendPool pool,
    IHttpForwarder forwarder,
    HttpMessageInvoker client,
    RequestCounters counters,
    AccessLog? log,
    TimeProvider time)
{
    // A backend's time to answer is limited by the attempt itself; an answer that has begun may last as long as it likes,
    // as server-sent events do.
    private static readonly ForwarderRequestConfig Configuration = new() { ActivityTimeout = Timeout.InfiniteTimeSpan };

    private volatile bool _isEnding;

    /// <summary>From now on no connection is used again: the process finishes what it has.</summary>
    public void BeginEnd() => _isEnding = true;

    /// <summary>Handles a request.</summary>
    /// <param name="context">The exchange.</param>
    /// <returns>A task that ends when it is answered.</returns>
    public async Task HandleAsync(HttpContext context)
    {
        counters.Begin();
        var sent = 0L;
        try
        {
            if (Framing.IsAmbiguous(context.Request)) await PlainAnswers.BadRequestAsync(context);
            else sent = await ForwardAsync(context);
        }
        finally
        {
            counters.End(context.Response.StatusCode);
            log?.Write(context, sent);
        }
    }

    private async Task<long> ForwardAsync(HttpContext context)
    {
        var table = pool.Table;
        var backend = (pool.Settings.IsSticky ? StickyCookie.Find(context, table) : null) ?? table.Next();
        if (backend is null)
        {
            await PlainAnswers.UnavailableAsync(context, _isEnding);
            return 0;
        }

        var request = new ProxiedRequest(context, pool, time, _isEnding);
        var canMove = await request.PrepareAsync();
        while (true)
        {
            var attempt = new Attempt(request, backend, canMove);
            attempt.End(await forwarder.SendAsync(context, backend.Prefix, client, Configuration, attempt.Transformer, attempt.Cancellation));
            if (attempt.Failure is not { } failure) return request.Sent;
            pool.AttemptFailed(backend, failure, attempt.Evidence);
            // A bad answer of which something went out is the client's answer.
            if (request.IsAnswered || request.Retry(attempt) is not { } next)
            {
                if (!request.IsAnswered && !context.Response.HasStarted && !request.IsClientGone) await PlainAnswers.FailedAsync(context, failure, pool.Table.IsEmpty);
                return request.Sent;
            }

            counters.CountRetry();
            backend = next;
        }
    }
}
