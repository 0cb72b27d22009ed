using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>
/// What a target is remembered by. Its address may become another one, such as that of a droplet that was made anew; the
/// scheme tells an instance's page from its droplet's SSH server.
/// </summary>
public static class HeartbeatKey
{
    /// <summary>The key of a heartbeat's target.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    /// <returns>Such as <c>production/itrust/itrust-3 http</c>.</returns>
    public static string Of(Heartbeat heartbeat) => Of(heartbeat.Environment, heartbeat.Group, heartbeat.Target, heartbeat.Uri);

    /// <summary>The key of a target.</summary>
    /// <param name="target">The target.</param>
    /// <returns>Such as <c>production/itrust/itrust-3 http</c>.</returns>
    public static string Of(HeartbeatTarget target) => Of(target.Environment, target.Group, target.Name, target.Uri);

    private static string Of(string? environment, string? group, string name, Uri uri) => $"{environment}/{group}/{name} {uri.Scheme}";
}
