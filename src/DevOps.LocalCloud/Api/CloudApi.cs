using System.Net;
using DevOps.LocalCloud.Containers;
using DevOps.LocalCloud.Droplets;
using DevOps.Server.Administration;

namespace DevOps.LocalCloud.Api;

/// <summary>Puts the API together.</summary>
internal static class CloudApi
{
    /// <summary>The largest body that is read: user data of 64 KiB, escaped, and the rest.</summary>
    private const long LargestBody = 1_000_000;

    /// <summary>Builds the API on a loopback port.</summary>
    /// <param name="settings">The port and the limits.</param>
    /// <param name="store">What the cloud remembers.</param>
    /// <param name="engine">What runs the droplets.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The application, not started.</returns>
    public static WebApplication Build(CloudSettings settings, CloudStore store, IContainerEngine engine, TimeProvider time)
    {
        var builder = ServerHost.CreateBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Listen(IPAddress.Loopback, settings.Port);
        });
        builder.Services
            .AddSingleton(settings)
            .AddSingleton(store)
            .AddSingleton(engine)
            .AddSingleton(time)
            .AddSingleton(new SeedFolder(Path.Combine(settings.Folder, "droplets")))
            .AddSingleton<DropletWork>()
            .AddSingleton<DropletService>()
            .AddSingleton<RateLimiter>()
            .AddSingleton<ApiGate>()
            .AddSingleton<AccountEndpoints>()
            .AddSingleton<KeyEndpoints>()
            .AddSingleton<TagEndpoints>()
            .AddSingleton<DropletEndpoints>()
            .AddSingleton<ActionEndpoints>();
        var application = builder.Build();
        var gate = application.Services.GetRequiredService<ApiGate>();
        application.Use((HttpContext context, RequestDelegate next) => gate.HandleAsync(context, next));
        application.Services.GetRequiredService<AccountEndpoints>().Map(application);
        application.Services.GetRequiredService<KeyEndpoints>().Map(application);
        application.Services.GetRequiredService<TagEndpoints>().Map(application);
        application.Services.GetRequiredService<DropletEndpoints>().Map(application);
        application.Services.GetRequiredService<ActionEndpoints>().Map(application);
        return application;
    }
}
