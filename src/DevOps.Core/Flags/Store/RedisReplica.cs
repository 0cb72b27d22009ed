using System.Globalization;

namespace DevOps.Core.Flags.Store;

/// <summary>A replica, as its master knows it.</summary>
/// <param name="Address">Its address and port.</param>
/// <param name="IsOnline">Whether it is linked; else it still copies the data.</param>
/// <param name="Offset">How far into what was written it has acknowledged, in bytes.</param>
internal readonly record struct RedisReplica(string Address, bool IsOnline, long Offset)
{
    /// <summary>Reads them from what <c>INFO replication</c> tells: <c>slave0:ip=10.0.0.2,port=6379,state=online,offset=42,lag=0</c>.</summary>
    public static IReadOnlyList<RedisReplica> In(string info)
    {
        var lines = info.Split('\n').Select(line => line.Trim().Split(':', 2));
        return [.. lines.Where(parts => parts.Length == 2 && IsReplica(parts[0])).Select(parts => Read(parts[1]))];
    }

    private static bool IsReplica(string name) => name.Length > 5 && name.StartsWith("slave", StringComparison.Ordinal) && name.AsSpan(5).IndexOfAnyExceptInRange('0', '9') < 0;

    private static RedisReplica Read(string line)
    {
        var values = line.Split(',').Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        return new RedisReplica(
            $"{values.GetValueOrDefault("ip")}:{values.GetValueOrDefault("port")}",
            values.GetValueOrDefault("state") == "online",
            Number(values.GetValueOrDefault("offset")));
    }

    private static long Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
