using System.Net;
using DevOps.Core.Flags.Service;
using DevOps.Server.Administration;
using DevOps.Server.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace DevOps.Server.Flags;

/// <summary>The addresses at which the service answers: Kestrel, with limits that keep one client from harming the others.</summary>
internal sealed class FlagDoor : IAsyncDisposable
{
    private const int LongestBody = 64 * 1024;
    private const int LongestHeaders = 16 * 1024;
    private const int MostConnections = 4_096;
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly IServer _server;
    private readonly IReadOnlyList<ListeningSocket> _listeners;

    private FlagDoor(WebApplication application, IServer server, IReadOnlyList<ListeningSocket> listeners, Uri endpoint)
    {
        (_application, _server, _listeners) = (application, server, listeners);
        Endpoint = endpoint;
    }

    /// <summary>Where it answers: the first of its addresses.</summary>
    public Uri Endpoint { get; }

    /// <summary>Opens it.</summary>
    /// <param name="settings">The addresses and the port.</param>
    /// <param name="handle">Answers a request.</param>
    /// <param name="ct">Ends the opening.</param>
    /// <returns>What is open.</returns>
    /// <exception cref="DevOps.Core.DevOpsException"><c>PortTaken</c>, <c>PortNotAllowed</c> or <c>AddressNotUsable</c>.</exception>
    public static async Task<FlagDoor> OpenAsync(FlagServiceSettings settings, RequestDelegate handle, CancellationToken ct)
    {
        var listeners = new List<(IPEndPoint EndPoint, ListeningSocket Socket)>();
        try
        {
            foreach (var address in settings.ListenAddresses.Select(IPAddress.Parse).Distinct())
            {
                var listener = ListeningSocket.Open(address, settings.Port);
                listeners.Add((new IPEndPoint(address, listener.Port), listener));
            }

            var application = Build(listeners);
            var server = application.Services.GetRequiredService<IServer>();
            await server.StartAsync(new DirectApplication(handle), ct);
            var first = listeners[0].EndPoint;
            return new FlagDoor(application, server, [.. listeners.Select(listener => listener.Socket)], new UriBuilder(Uri.UriSchemeHttp, first.Address.ToString(), first.Port).Uri);
        }
        catch
        {
            foreach (var listener in listeners) listener.Socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using (var limit = new CancellationTokenSource(CloseTimeout)) await _server.StopAsync(limit.Token);
        await _application.DisposeAsync();
        foreach (var listener in _listeners) listener.Dispose();
    }

    private static WebApplication Build(List<(IPEndPoint EndPoint, ListeningSocket Socket)> listeners)
    {
        var builder = ServerHost.CreateBuilder();
        builder.Services.Configure<SocketTransportOptions>(transport =>
        {
            // An answer takes microseconds: it is given on the thread that saw the request arrive.
            transport.UnsafePreferInlineScheduling = true;
            transport.IOQueueCount = 0;
            transport.CreateBoundListenSocket = endpoint => listeners.Find(listener => listener.EndPoint.Equals(endpoint)).Socket.Socket;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LongestBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = LongestHeaders;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            foreach (var (endpoint, _) in listeners) kestrel.Listen(endpoint, options => options.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }
}
