using System.Net;
using System.Text.Json.Serialization;

namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>How the heartbeat monitor is to be; <c>heartbeats/monitor.json</c> of the state folder.</summary>
public sealed record MonitorSettings
{
    /// <summary>The port of the page when nothing else is said.</summary>
    public const int UsualPort = 8090;

    /// <summary>Grows with each change.</summary>
    public int Version { get; init; }

    /// <summary>The port of the page.</summary>
    public int Port { get; set; } = UsualPort;

    /// <summary>The address at which the page is served: an IP address of this machine.</summary>
    public string ListenAddress { get; set; } = IPAddress.Loopback.ToString();

    /// <summary>The time from beat to beat.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The fleets whose droplets are checked beside everything that was deployed and every target that was added.</summary>
    public IReadOnlyList<string> Fleets { get; set; } = [];

    /// <summary>The saved connection through which fleets are found; nothing for what the environments name, else the selected one.</summary>
    public string? Connection { get; set; }

    /// <summary>After how long an incident that goes on is told again; never when zero.</summary>
    public TimeSpan Reminder { get; set; } = HeartbeatAlerts.UsualReminder;

    /// <summary>Whether a service manager keeps the process running.</summary>
    public bool IsPersistent { get; set; }

    /// <summary>Whether only this machine reaches the page.</summary>
    [JsonIgnore]
    public bool IsLocal => IPAddress.TryParse(ListenAddress, out var address) && IPAddress.IsLoopback(address);
}
