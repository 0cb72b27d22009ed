using Microsoft.Extensions.Logging.Console;

namespace DevOps.Server.Administration;

/// <summary>What the processes that serve HTTP for us have in common.</summary>
internal static class ServerHost
{
    /// <summary>
    /// Begins an application with Kestrel, routes and a log, and nothing else: no configuration files (each would be
    /// watched, and the number of watches is a scarce good on a machine full of containers), no handling of signals.
    /// </summary>
    /// <returns>The builder.</returns>
    public static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        // One line an event, with the time, to standard output, which is the log file.
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("DevOps", LogLevel.Information);
        return builder;
    }
}
