using System.Net;
using DevOps.Core;
using DevOps.Core.Heartbeats.Pushes;
using DevOps.Server.Administration;
using DevOps.Server.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>Serves the page of a heartbeat monitor. Whoever looks can change nothing.</summary>
internal sealed class MonitorPage : IAsyncDisposable
{
    private const int LongestHeaders = 32 * 1024;
    private const int LongestBody = 64 * 1024;
    private const int MostConnections = 2_048;
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly ListeningSocket _listener;
    private readonly CancellationTokenSource _closing;

    private MonitorPage(WebApplication application, ListeningSocket listener, CancellationTokenSource closing, Uri endpoint)
    {
        (_application, _listener, _closing) = (application, listener, closing);
        Endpoint = endpoint;
    }

    /// <summary>Where it is served.</summary>
    public Uri Endpoint { get; }

    /// <summary>Opens the page.</summary>
    /// <param name="options">Where it is served, and to whom.</param>
    /// <param name="board">Everything that it shows.</param>
    /// <param name="history">What is asked for how targets were.</param>
    /// <param name="pushes">Takes the calls of jobs; nothing when none are taken.</param>
    /// <param name="ct">Ends the opening.</param>
    /// <returns>What is open.</returns>
    /// <exception cref="DevOpsException"><c>PortTaken</c>, <c>PortNotAllowed</c>, <c>AddressNotUsable</c>, or <c>PageTokenMissing</c>.</exception>
    public static async Task<MonitorPage> OpenAsync(MonitorPageOptions options, MonitorBoard board, IHistorySource history, PushStore? pushes, CancellationToken ct)
    {
        RequireToken(options);
        var listener = ListeningSocket.Open(options.Address, options.Port, options.PortParameter);
        var closing = new CancellationTokenSource();
        var application = Build(options, listener, board, pushes);
        new PageRoutes(board, history, closing.Token).AddTo(application);
        var isEverywhere = options.Address.Equals(IPAddress.Any) || options.Address.Equals(IPAddress.IPv6Any);
        var host = isEverywhere ? Dns.GetHostName() : options.Address.ToString();
        var page = new MonitorPage(application, listener, closing, new UriBuilder(Uri.UriSchemeHttp, host, listener.Port).Uri);
        try
        {
            await application.StartAsync(ct);
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        using (var limit = new CancellationTokenSource(CloseTimeout)) await _application.StopAsync(limit.Token);
        await _application.DisposeAsync();
        _listener.Dispose();
        _closing.Dispose();
    }

    private static void RequireToken(MonitorPageOptions options)
    {
        if (IPAddress.IsLoopback(options.Address) || !string.IsNullOrEmpty(options.Token)) return;
        throw new DevOpsException(
            "PageTokenMissing",
            FailureKind.InvalidInput,
            $"Without a token, everybody who reaches {options.Address} could see the page of the heartbeat monitor.",
            "Give a token, or serve the page at 127.0.0.1 only.",
            options.Address.ToString());
    }

    private static WebApplication Build(MonitorPageOptions options, ListeningSocket listener, MonitorBoard board, PushStore? pushes)
    {
        var builder = ServerHost.CreateBuilder();
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = _ => listener.Socket);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LongestBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = LongestHeaders;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            kestrel.Listen(options.Address, listener.Port, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        var application = builder.Build();
        // Jobs have secrets of their own, and are no browsers.
        if (pushes is not null) application.Use(new PushEntrance(pushes).HandleAsync);
        application.Use(new PageGuard(options).HandleAsync);
        if (options.Token is { } token) application.Use(new PageLogin(token, listener.Port, board.Time).HandleAsync);
        return application;
    }
}
