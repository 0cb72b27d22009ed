using System.Globalization;
using DevOps.Core.Alerts;
using DevOps.Model;

namespace DevOps.Core.Heartbeats.Redis;

/// <summary>Judges what a Redis server tells of itself (https://redis.io/docs/latest/commands/info/).</summary>
internal static class RedisInfo
{
    private const double Megabyte = 1024 * 1024;
    private const int LongestName = 100;

    /// <summary>Reads what a server tells.</summary>
    /// <param name="text">The answer to INFO.</param>
    /// <returns>What it says, by name.</returns>
    public static Dictionary<string, string> Read(string text)
    {
        var info = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(':', 2) is [var name, var value]) info[name] = value;
        }

        return info;
    }

    /// <summary>Whether a line tells of a replica: slave0, slave1 and so on; other lines only begin alike.</summary>
    /// <param name="name">The line's name.</param>
    /// <returns>Whether it does.</returns>
    public static bool IsReplica(string name) => name.StartsWith("slave", StringComparison.Ordinal) && name.Length > 5 && name.AsSpan(5).IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>Says how a server is.</summary>
    /// <param name="target">What is expected of it.</param>
    /// <param name="info">What it tells.</param>
    /// <param name="now">The time.</param>
    /// <returns>The result.</returns>
    public static CheckResult Judge(HeartbeatTarget target, IReadOnlyDictionary<string, string> info, DateTimeOffset now) => info.GetValueOrDefault("role") switch
    {
        "master" => JudgeMaster(target, info),
        "slave" => JudgeReplica(info, now),
        // A sentinel, and what only speaks like Redis.
        var role => CheckResult.Up(role is null ? "it answers" : $"{OneLine.Of(role, LongestName)}, which answers"),
    };

    private static CheckResult JudgeMaster(HeartbeatTarget target, IReadOnlyDictionary<string, string> info)
    {
        // Those that still copy the data are connected, but are no replicas yet.
        var linked = info.Count(line => IsReplica(line.Key) && line.Value.Contains("state=online", StringComparison.Ordinal));
        var memory = Number(info, "used_memory") is { } bytes ? string.Create(CultureInfo.InvariantCulture, $", {bytes / Megabyte:0.0} MB used") : string.Empty;
        var evidence = $"master with {Count(linked)}{memory}";
        return linked >= (target.ExpectedReplicas ?? 0)
            ? CheckResult.Up(evidence)
            : CheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"it has {Count(linked)} instead of {target.ExpectedReplicas}"), evidence);
    }

    private static CheckResult JudgeReplica(IReadOnlyDictionary<string, string> info, DateTimeOffset now)
    {
        var master = OneLine.Of($"{info.GetValueOrDefault("master_host")}:{info.GetValueOrDefault("master_port")}", LongestName);
        if (info.GetValueOrDefault("master_link_status") != "up")
        {
            var since = Number(info, "master_link_down_since_seconds") is { } seconds and >= 0 ? $" since {HeartbeatAge.At(now - TimeSpan.FromSeconds(seconds))}" : string.Empty;
            var copying = info.GetValueOrDefault("master_sync_in_progress") == "1" ? "; it is copying the master's data" : string.Empty;
            return CheckResult.Degraded($"its link to its master {master} is down{since}{copying}", $"replica of {master}, link down");
        }

        // What has come from the master and is not applied yet; Redis 7 and later tell.
        var behind = Number(info, "slave_read_repl_offset") - Number(info, "slave_repl_offset") is { } bytes
            ? string.Create(CultureInfo.InvariantCulture, $", {Math.Max(0, bytes)} bytes behind")
            : string.Empty;
        return CheckResult.Up($"replica of {master}, link up{behind}");
    }

    private static string Count(int replicas) => string.Create(CultureInfo.InvariantCulture, $"{replicas} replica{(replicas == 1 ? string.Empty : "s")}");

    private static long? Number(IReadOnlyDictionary<string, string> info, string name) =>
        long.TryParse(info.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
