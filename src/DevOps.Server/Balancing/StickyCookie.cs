using DevOps.Core.Balancing;

namespace DevOps.Server.Balancing;

/// <summary>
/// Keeps a client with the backend that answered it first. The cookie holds the backend's name, so that weights may change,
/// and backends come and go, without any client's being moved whose backend still serves.
/// </summary>
internal static class StickyCookie
{
    private const string Name = "devops-backend";

    /// <summary>Finds the backend that a client stays with.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="table">Who may be asked.</param>
    /// <returns>The backend, if the client has one and it may be asked.</returns>
    public static Backend? Find(HttpContext context, RoutingTable table) =>
        context.Request.Cookies.TryGetValue(Name, out var name) ? table.Find(name) : null;

    /// <summary>Makes the client stay.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="backend">Who answers it.</param>
    public static void Set(HttpContext context, Backend backend)
    {
        if (context.Request.Cookies.TryGetValue(Name, out var name) && string.Equals(name, backend.Name, StringComparison.Ordinal)) return;
        context.Response.Cookies.Append(Name, backend.Name, new CookieOptions { HttpOnly = true, Path = "/", SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, IsEssential = true });
    }
}
