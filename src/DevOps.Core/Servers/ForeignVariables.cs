namespace DevOps.Core.Servers;

/// <summary>The variables of a session that no server of ours gets, whoever starts it.</summary>
internal static class ForeignVariables
{
    private static readonly string[] Names =
    [
        // None of the user's secrets, none of the settings that ASP.NET Core would obey, and no service manager that waits for somebody else.
        "DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_API_URL",
        "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT",
        "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID",
    ];

    /// <summary>The variables as a launch removes them.</summary>
    /// <returns>Each name without a value.</returns>
    public static Dictionary<string, string?> Removed() => Names.ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
}
