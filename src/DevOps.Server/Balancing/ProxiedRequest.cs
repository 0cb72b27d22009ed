using System.Globalization;
using DevOps.Core.Balancing;
using Yarp.ReverseProxy.Forwarder;

namespace DevOps.Server.Balancing;

/// <summary>A client's request on its way through the balancer, over all attempts to have it answered.</summary>
/// <param name="context">The exchange with the client.</param>
/// <param name="pool">The backends.</param>
/// <param name="time">The clock.</param>
/// <param name="isEnding">Whether the process finishes what it has, so that connections are not to be used again.</param>
internal sealed class ProxiedRequest(HttpContext context, BackendPool pool, TimeProvider time, bool isEnding)
{
    private const string ServedBy = "X-Served-By";
    private static readonly string[] Idempotent = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Put, HttpMethods.Delete, HttpMethods.Options, HttpMethods.Trace];

    private List<Backend>? _tried;
    private byte[]? _body;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>How many bytes of the answer's body went out, as far as the answer says or was read.</summary>
    public long Sent { get; private set; }

    /// <summary>Whether a backend's answer goes out to the client.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Whether the client has gone away.</summary>
    public bool IsClientGone => context.RequestAborted.IsCancellationRequested;

    /// <summary>Whether the request may be carried out twice: its method says so (RFC 9110, 9.2.2), or the balancer was told so.</summary>
    public bool IsRepeatable { get; } = IsIdempotent(context.Request.Method) || pool.Settings.RetriesUnsafeRequests;

    private bool HasBody => context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0;

    /// <summary>Reads the body ahead when the request is to be asked again if need be, and the body is small.</summary>
    /// <returns>Whether the request can be asked again after it was sent.</returns>
    public async ValueTask<bool> PrepareAsync()
    {
        if (!IsRepeatable) return false;
        if (!HasBody) return true;
        if (context.Request.ContentLength is not (> 0 and <= Attempt.LongestHeldAnswer)) return false;
        var body = new byte[(int)context.Request.ContentLength];
        await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted);
        _body = body;
        Rewind();
        return true;
    }

    /// <summary>Finds who is asked next after an attempt has failed, and makes the exchange as if that had not been.</summary>
    /// <param name="failed">The failed attempt.</param>
    /// <returns>The next backend; nothing when the request ends here.</returns>
    public Backend? Retry(Attempt failed)
    {
        // Once a byte has gone out, or may have made something happen, there is no other way than to tell the client.
        var isSafe = failed.CanMove || failed.Failure == BackendFailure.NoConnection;
        if (context.Response.HasStarted || IsClientGone || !isSafe) return null;
        (_tried ??= []).Add(failed.Backend);
        if (pool.Table.Instead(_tried) is not { } next) return null;
        context.Response.Clear();
        Rewind();
        return next;
    }

    /// <summary>Whether somebody else could be asked.</summary>
    /// <param name="asked">Who is asked now.</param>
    /// <returns>Whether there is another.</returns>
    public bool HasOther(Backend asked) => pool.Table.Instead([.. _tried ?? [], asked]) is not null;

    /// <summary>Whether an answer to this request has no body, whatever its headers say.</summary>
    /// <param name="status">The answer's status.</param>
    /// <returns>Whether it has none.</returns>
    public bool HasNoAnswerBody(int status) =>
        HttpMethods.IsHead(context.Request.Method) || status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified or < StatusCodes.Status200OK;

    /// <summary>Takes over the status and headers of an answer that goes out.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="backend">Who gave it.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when they are taken over.</returns>
    public async ValueTask BeginAnswerAsync(HttpResponseMessage answer, Backend backend, CancellationToken ct)
    {
        var settings = pool.Settings;
        await HttpTransformer.Default.TransformResponseAsync(context, answer, ct);
        IsAnswered = true;
        if (settings.ShowsServedBy) context.Response.Headers[ServedBy] = backend.Name;
        if (settings.IsSticky) StickyCookie.Set(context, backend);
        if (isEnding && HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
        if (HasNoAnswerBody((int)answer.StatusCode)) return;
        if (answer.Content.Headers.ContentLength is { } length) Sent = length;
        else answer.Content = new CountedContent(answer.Content, bytes => Sent += bytes);
    }

    /// <summary>Sends a whole body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when it is sent.</returns>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> body, CancellationToken ct) => body.Length == 0 ? ValueTask.CompletedTask : context.Response.Body.WriteAsync(body, ct);

    /// <summary>Takes what YARP has noted about the last attempt's failure.</summary>
    /// <returns>The exception, if there was one.</returns>
    public Exception? TakeError()
    {
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        context.Features.Set<IForwarderErrorFeature>(null);
        return exception;
    }

    /// <summary>Names the request, for whoever reads of its failure. The query is left out: it may hold secrets.</summary>
    /// <returns>Method and path.</returns>
    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"{context.Request.Method} {context.Request.Path.ToUriComponent()}");

    private static bool IsIdempotent(string method)
    {
        foreach (var known in Idempotent)
        {
            if (string.Equals(method, known, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private void Rewind()
    {
        if (_body is not null) context.Request.Body = new MemoryStream(_body, writable: false);
    }
}
