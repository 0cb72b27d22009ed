using DevOps.Core.Servers;

namespace DevOps.Server.Administration;

/// <summary>The HTTP interface on a Unix socket through which a server of ours is asked how it is and told to stop.</summary>
internal static class AdministrationSocket
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens the socket.</summary>
    /// <param name="socketFile">Its path, in a folder that only its owner can enter.</param>
    /// <param name="status">Answers how the server is.</param>
    /// <param name="stop">Called when it is told to stop.</param>
    /// <param name="addMore">Adds what only this server understands.</param>
    /// <param name="cancellation">Cancels the opening.</param>
    /// <returns>What is open; disposing it closes the socket.</returns>
    public static async Task<WebApplication> OpenAsync(
        string socketFile,
        Func<ServerStatus> status,
        Action stop,
        Action<WebApplication>? addMore = null,
        CancellationToken cancellation = default)
    {
        var builder = ServerHost.CreateBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socketFile));
        var application = builder.Build();
        application.MapGet("/status", (RequestDelegate)(context => context.Response.WriteAsJsonAsync(status(), ServerJson.Default.ServerStatus, contentType: null, context.RequestAborted)));
        application.MapPost("/stop", (RequestDelegate)(context =>
        {
            context.Response.OnCompleted(() =>
            {
                stop();
                return Task.CompletedTask;
            });
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        }));
        addMore?.Invoke(application);
        await application.StartAsync(cancellation);
        // Kestrel makes it for everybody; the folder keeps others out in the meantime.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(socketFile, OwnerOnly);
        return application;
    }
}
