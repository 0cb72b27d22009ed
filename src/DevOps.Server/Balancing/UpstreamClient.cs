using System.Net;
using System.Net.Sockets;
using DevOps.Core.Balancing;

namespace DevOps.Server.Balancing;

/// <summary>How backends are connected to.</summary>
internal static class UpstreamClient
{
    // Node closes connections that were idle for 5 seconds. A request that meets such an end cannot always be repeated.
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(10);

    /// <summary>Makes a client that passes on what it gets, with nothing added, followed or unpacked.</summary>
    /// <param name="connectTimeout">How long a connection may take.</param>
    /// <returns>The client.</returns>
    public static HttpMessageInvoker Create(Func<TimeSpan> connectTimeout) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
        PooledConnectionIdleTimeout = LongestIdle,
        PooledConnectionLifetime = LongestLife,
        MaxResponseHeadersLength = 64,
        ConnectTimeout = Timeout.InfiniteTimeSpan,
        ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, connectTimeout(), ct),
    });

    /// <summary>Whether an attempt failed because no connection could be made, so that the backend certainly got nothing.</summary>
    /// <param name="exception">What ended the attempt.</param>
    /// <returns>Whether it did.</returns>
    public static bool IsNoConnection(Exception? exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    };

    /// <summary>Says how an attempt or a check failed.</summary>
    /// <param name="exception">What ended it.</param>
    /// <returns>The failure.</returns>
    public static BackendFailure Classify(Exception exception) => exception switch
    {
        _ when IsNoConnection(exception) => BackendFailure.NoConnection,
        OperationCanceledException => BackendFailure.Late,
        _ => BackendFailure.Broken,
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint address, TimeSpan timeout, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            await socket.ConnectAsync(address, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            socket.Dispose();
            // As the handler itself tells a connection that is refused.
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
