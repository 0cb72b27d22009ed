using System.Globalization;

namespace DevOps.Core.Balancing;

/// <summary>How settings are said in messages and events.</summary>
internal static class SettingsText
{
    /// <summary>A duration as people write it.</summary>
    /// <param name="duration">The duration.</param>
    /// <returns>Such as <c>250ms</c>, <c>2s</c> or <c>1h</c>.</returns>
    public static string Of(TimeSpan duration)
    {
        var (number, unit) = duration switch
        {
            { TotalSeconds: < 1 } => (duration.TotalMilliseconds, "ms"),
            { TotalMinutes: < 1 } => (duration.TotalSeconds, "s"),
            { TotalHours: < 1 } => (duration.TotalMinutes, "m"),
            _ => (duration.TotalHours, "h"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{number:0.###}{unit}");
    }

    /// <summary>A health check in a few words.</summary>
    /// <param name="check">The check; nothing for one that follows the balancer's.</param>
    /// <returns>Such as <c>GET / every 1s, at most 2s, down after 2, up after 2</c>.</returns>
    public static string Of(BackendCheckSettings? check) => check is null ? "as the balancer's" : string.Create(
        CultureInfo.InvariantCulture,
        $"GET {check.Path} every {Of(check.Interval)}, at most {Of(check.Timeout)}, down after {check.Fall}, up after {check.Rise}");

    /// <summary>A switch.</summary>
    /// <param name="isOn">How it stands.</param>
    /// <returns><c>on</c> or <c>off</c>.</returns>
    public static string Of(bool isOn) => isOn ? "on" : "off";
}
