using System.Net;
using DevOps.Core;
using DevOps.Server.Administration;
using DevOps.Server.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace DevOps.Server.Balancing;

/// <summary>What monitoring asks, at a port of its own on loopback: <c>/metrics</c>, <c>/ready</c> and <c>/live</c>.</summary>
internal sealed class StatusPage : IAsyncDisposable
{
    private readonly WebApplication _application;

    private StatusPage(WebApplication application, ListeningSocket listener) => (_application, Listener) = (application, listener);

    /// <summary>The socket at which it is asked; a successor takes it over.</summary>
    public ListeningSocket Listener { get; }

    /// <summary>Opens it.</summary>
    /// <param name="port">The port; nothing for no status page.</param>
    /// <param name="inherited">The descriptor of the socket that a predecessor had for its own, perhaps at another port.</param>
    /// <param name="serving">The balancer.</param>
    /// <param name="ct">Ends the opening.</param>
    /// <returns>What is open, if anything is wanted.</returns>
    /// <exception cref="DevOpsException"><c>PortTaken</c> or <c>PortNotAllowed</c>.</exception>
    public static async Task<StatusPage?> OpenAsync(int? port, int? inherited, Serving serving, CancellationToken ct)
    {
        if (ListenerAt(port, inherited) is not { } listener) return null;
        var builder = ServerHost.CreateBuilder();
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = _ => listener.Socket);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, listener.Port));
        var application = builder.Build();
        application.MapGet("/metrics", (RequestDelegate)(context => PrometheusText.AnswerAsync(context, serving.Metrics())));
        application.MapGet("/live", (RequestDelegate)(context => context.Response.WriteAsync("alive\n", context.RequestAborted)));
        application.MapGet("/ready", (RequestDelegate)(context =>
        {
            var isReady = !serving.Pool.Table.IsEmpty;
            if (!isReady) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsync(isReady ? $"ready {serving.Pool.Table.Split}\n" : "no backend may be asked\n", context.RequestAborted);
        }));
        var page = new StatusPage(application, listener);
        try
        {
            await application.StartAsync(ct);
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            listener.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    // A predecessor's socket is taken over or closed: one that is only held would let everybody wait who asks there.
    private static ListeningSocket? ListenerAt(int? port, int? inherited)
    {
        var predecessors = inherited is { } descriptor ? ListeningSocket.Inherit(descriptor) : null;
        if (predecessors?.Port == port) return predecessors;
        predecessors?.Dispose();
        return port is { } wanted ? ListeningSocket.Open(IPAddress.Loopback, wanted, "-StatusPort") : null;
    }
}
