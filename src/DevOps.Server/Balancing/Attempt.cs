using System.Buffers;
using System.Net.Http.Headers;
using DevOps.Core.Balancing;
using Yarp.ReverseProxy.Forwarder;

namespace DevOps.Server.Balancing;

/// <summary>
/// One attempt to have a request answered by one backend: what is sent, what is taken from the answer, and how it ended.
/// A small answer is held whole before its first byte goes out, so that a backend that dies in the middle of it can be
/// replaced by another without the client's noticing.
/// </summary>
internal sealed class Attempt : WaitingAttempt
{
    /// <summary>Answers up to this size, in bytes, are held whole.</summary>
    public const int LongestHeldAnswer = 64 * 1024;

    private const int ServerErrors = 500;

    private readonly CancellationTokenSource _cancellation = CancellationPool.Rent();
    private readonly ProxiedRequest _request;
    private readonly bool _canMove;
    private readonly long _startedAt;
    private AttemptEnd? _cancelledFor;
    private bool _isAnswering;
    private bool _isCancelled;

    /// <summary>Begins an attempt.</summary>
    /// <param name="request">The request.</param>
    /// <param name="backend">Who is asked.</param>
    /// <param name="canMove">Whether it can be asked again of another backend as long as nothing has gone out.</param>
    public Attempt(ProxiedRequest request, Backend backend, bool canMove)
    {
        _request = request;
        _canMove = canMove;
        _startedAt = request.Time.GetTimestamp();
        Backend = backend;
        Transformer = new AttemptTransformer(this);
        backend.Begin();
        backend.Wait(this, _startedAt);
    }

    /// <summary>Who is asked.</summary>
    public Backend Backend { get; }

    /// <summary>What YARP calls on the way.</summary>
    public HttpTransformer Transformer { get; }

    /// <summary>Cancels the attempt, and nothing after it.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <inheritdoc/>
    public override bool CanMove => _canMove;

    /// <summary>The answer's status, once there is one.</summary>
    public int? Status { get; private set; }

    /// <summary>How it failed; nothing when it did not, or when the client went away.</summary>
    public BackendFailure? Failure { get; private set; }

    /// <summary>What was seen of the failure.</summary>
    public string Evidence { get; private set; } = string.Empty;

    /// <inheritdoc/>
    public override void Cancel(AttemptEnd reason)
    {
        _cancelledFor = reason;
        _cancellation.Cancel();
    }

    /// <summary>Ends the attempt and works out how it went.</summary>
    /// <param name="error">What YARP says.</param>
    public void End(ForwarderError error)
    {
        if (!_isAnswering) _isCancelled = !Backend.StopWaiting(this);
        if (Failure is null) Judge(error);
        Backend.End(isError: Failure is not null);
        // Whoever took it off the list may be about to cancel it: then nobody else may get it.
        if (!_isCancelled) CancellationPool.Return(_cancellation);
    }

    /// <summary>Takes an answer's beginning.</summary>
    /// <param name="answer">The answer; nothing when there is none.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Whether YARP is to copy the body.</returns>
    public async ValueTask<bool> TakeAnswerAsync(HttpResponseMessage? answer, CancellationToken ct)
    {
        if (answer is null) return true;
        // Cancelled in this very moment: what comes is not waited for any more.
        _isAnswering = true;
        _isCancelled = !Backend.StopWaiting(this);
        if (_isCancelled) ct.ThrowIfCancellationRequested();
        Status = (int)answer.StatusCode;
        Backend.Latencies.Record(_request.Time.GetElapsedTime(_startedAt));
        if (Status >= ServerErrors)
        {
            Failure = BackendFailure.BadAnswer;
            Evidence = $"{_request.Describe()} was answered with {Status}";
            // A canary's failure is answered from production instead, if that can be.
            if (Backend.IsCanary && _canMove && _request.HasOther(Backend)) return false;
        }

        if (answer.Content.Headers.ContentLength is { } length and <= LongestHeldAnswer && !_request.HasNoAnswerBody(Status.Value))
        {
            await HoldAsync(answer, (int)length, ct);
            return false;
        }

        await _request.BeginAnswerAsync(answer, Backend, ct);
        return true;
    }

    private async ValueTask HoldAsync(HttpResponseMessage answer, int length, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var received = 0;
            try
            {
                var body = await answer.Content.ReadAsStreamAsync(ct);
                while (received < length && await body.ReadAsync(buffer.AsMemory(received, length - received), ct) is > 0 and var read) received += read;
                if (received < length) throw new HttpIOException(HttpRequestError.ResponseEnded, "The answer ended early.");
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                Fail(BackendFailure.Broken, $"{_request.Describe()} was cut off after {received} of {length} bytes: {exception.Message}");
                return;
            }

            await _request.BeginAnswerAsync(answer, Backend, ct);
            await _request.WriteAsync(buffer.AsMemory(0, received), ct);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Judge(ForwarderError error)
    {
        if (error == ForwarderError.None) return;
        var exception = _request.TakeError();
        switch (error)
        {
            case ForwarderError.RequestBodyClient or ForwarderError.ResponseBodyClient or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient:
            case ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled or ForwarderError.UpgradeActivityTimeout:
                // The client's side of the exchange broke, which says nothing about the backend.
                return;
            case ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled when _cancelledFor is null:
                // Nobody here cancelled it, so the client has gone away.
                return;
            default:
                FailWith(exception);
                return;
        }
    }

    private void FailWith(Exception? exception)
    {
        switch (_cancelledFor)
        {
            case AttemptEnd.Late:
                Fail(BackendFailure.Late, $"{_request.Describe()} was not answered in time");
                return;
            case AttemptEnd.BackendDown:
                Fail(BackendFailure.Late, $"{_request.Describe()} was not answered before the backend was taken out");
                return;
        }

        var cause = exception is HttpRequestException { InnerException: { } inner } ? inner.Message : exception?.Message ?? "no reason is known";
        Fail(UpstreamClient.IsNoConnection(exception) ? BackendFailure.NoConnection : BackendFailure.Broken, $"{_request.Describe()} failed: {cause}");
    }

    private void Fail(BackendFailure failure, string evidence)
    {
        Failure = failure;
        Evidence = evidence;
    }

    /// <summary>What YARP asks while it forwards.</summary>
    private sealed class AttemptTransformer(Attempt attempt) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            ForwardedHeaders.Set(httpContext, proxyRequest.Headers);
        }

        public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken) =>
            attempt.TakeAnswerAsync(proxyResponse, cancellationToken);
    }
}

/// <summary>Tells a backend where a request came from.</summary>
internal static class ForwardedHeaders
{
    private const string For = "X-Forwarded-For";
    private const string Proto = "X-Forwarded-Proto";
    private const string Host = "X-Forwarded-Host";

    // What a client says of itself is not passed on: nobody stands between it and us whom we trust.
    private static readonly string[] Foreign = [For, Proto, Host, "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Real-IP", "Forwarded"];

    /// <summary>Sets them.</summary>
    /// <param name="context">The request.</param>
    /// <param name="headers">The headers that the backend gets.</param>
    public static void Set(HttpContext context, HttpRequestHeaders headers)
    {
        foreach (var name in Foreign)
        {
            if (context.Request.Headers.ContainsKey(name)) headers.Remove(name);
        }

        headers.TryAddWithoutValidation(For, context.Connection.RemoteIpAddress?.ToString());
        headers.TryAddWithoutValidation(Proto, context.Request.Scheme);
        if (context.Request.Host.HasValue) headers.TryAddWithoutValidation(Host, context.Request.Host.Value);
    }
}
