using System.Net;
using DevOps.Core;
using DevOps.Core.Servers;
using DevOps.Server.Administration;

namespace DevOps.Server.Balancing;

/// <summary>What monitoring asks, at a port of its own on loopback: <c>/metrics</c>, <c>/ready</c> and <c>/live</c>.</summary>
internal sealed class StatusPage : IAsyncDisposable
{
    private readonly WebApplication _application;

    private StatusPage(WebApplication application) => _application = application;

    /// <summary>Opens it.</summary>
    /// <param name="port">The port.</param>
    /// <param name="serving">The balancer.</param>
    /// <param name="ct">Ends the opening.</param>
    /// <returns>What is open.</returns>
    /// <exception cref="DevOpsException"><c>PortTaken</c>.</exception>
    public static async Task<StatusPage> OpenAsync(int port, Serving serving, CancellationToken ct)
    {
        var builder = ServerHost.CreateBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var application = builder.Build();
        application.MapGet("/metrics", (RequestDelegate)(context => MetricsText.AnswerAsync(context, serving.Metrics())));
        application.MapGet("/live", (RequestDelegate)(context => context.Response.WriteAsync("alive\n", context.RequestAborted)));
        application.MapGet("/ready", (RequestDelegate)(context =>
        {
            var isReady = !serving.Pool.Table.IsEmpty;
            if (!isReady) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsync(isReady ? $"ready {serving.Pool.Table.Split}\n" : "no backend may be asked\n", context.RequestAborted);
        }));
        try
        {
            await application.StartAsync(ct);
            return new StatusPage(application);
        }
        catch (IOException exception)
        {
            await application.DisposeAsync();
            throw new DevOpsException(
                "PortTaken",
                FailureKind.Conflict,
                $"Port {port}, for the balancer's status, is taken. It is held by: {PortOwner.Describe(port) ?? "unknown"}.",
                "End that process, or choose another port with -StatusPort.",
                port,
                exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
