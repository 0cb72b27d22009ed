using System.Net;
using DevOps.Core.Balancing;
using DevOps.Server.Administration;
using DevOps.Server.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace DevOps.Server.Balancing;

/// <summary>The address at which clients are served: Kestrel, with limits that a public address needs.</summary>
internal sealed class FrontDoor : IAsyncDisposable
{
    private const int LongestQueue = 4_096;
    private const int LongestHeaders = 32 * 1024;
    private const int MostHeaders = 100;
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly IServer _server;

    private FrontDoor(WebApplication application, IServer server, Uri endpoint)
    {
        _application = application;
        _server = server;
        Endpoint = endpoint;
    }

    /// <summary>Where it serves.</summary>
    public Uri Endpoint { get; }

    /// <summary>Opens it.</summary>
    /// <param name="listener">The socket at which clients arrive.</param>
    /// <param name="settings">What the balancer is told to do.</param>
    /// <param name="certificates">The certificates, for TLS.</param>
    /// <param name="connections">Counts the connections.</param>
    /// <param name="handle">Answers a request.</param>
    /// <param name="ct">Ends the opening.</param>
    /// <returns>What is open.</returns>
    public static async Task<FrontDoor> OpenAsync(
        ListeningSocket listener,
        BalancerSettings settings,
        Certificates certificates,
        Connections connections,
        RequestDelegate handle,
        CancellationToken ct)
    {
        var builder = ServerHost.CreateBuilder();
        builder.Services.Configure<SocketTransportOptions>(transport =>
        {
            // The request is handled on the thread that saw it arrive; what makes it quick stands in docs/benchmarks.md.
            transport.UnsafePreferInlineScheduling = true;
            transport.IOQueueCount = 0;
            transport.Backlog = LongestQueue;
            transport.CreateBoundListenSocket = _ => listener.Socket;
        });
        var port = listener.Port;
        var address = IPAddress.Parse(settings.ListenAddress);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = settings.MaxRequestBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = LongestHeaders;
            kestrel.Limits.MaxRequestHeaderCount = MostHeaders;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            kestrel.Limits.KeepAliveTimeout = KeepAlive;
            kestrel.Listen(address, port, endpoint =>
            {
                endpoint.Protocols = certificates.IsOn ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
                ((Microsoft.AspNetCore.Connections.IConnectionBuilder)endpoint).Use(connections.Counting);
                if (certificates.IsOn) certificates.Secure(endpoint);
            });
        });
        var application = builder.Build();
        var server = application.Services.GetRequiredService<IServer>();
        await server.StartAsync(new DirectApplication(handle), ct);
        var host = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? Dns.GetHostName() : address.ToString();
        return new FrontDoor(application, server, new UriBuilder(certificates.IsOn ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, host, port).Uri);
    }

    /// <summary>Closes all connections.</summary>
    /// <returns>A task that ends when they are closed.</returns>
    public async Task CloseAsync()
    {
        using var limit = new CancellationTokenSource(CloseTimeout);
        await _server.StopAsync(limit.Token);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
