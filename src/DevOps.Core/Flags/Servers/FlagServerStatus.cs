using System.Globalization;
using DevOps.Core.Flags.Store;
using DevOps.Model;

namespace DevOps.Core.Flags.Servers;

/// <summary>Asks a feature flag server how it is.</summary>
internal static class FlagServerStatus
{
    /// <summary>Asks.</summary>
    /// <param name="connection">The connection to it.</param>
    /// <param name="isSelected">Whether it is the selected one.</param>
    /// <returns>How it is.</returns>
    public static async Task<FeatureFlagServer> OfAsync(FlagServerConnection connection, bool isSelected)
    {
        var text = await FlagFailures.ReadAsync(() => connection.Master.InfoRawAsync()).ConfigureAwait(false) ?? string.Empty;
        var info = text.Split('\n', StringSplitOptions.TrimEntries).Select(line => line.Split(':', 2)).Where(line => line.Length == 2).DistinctBy(line => line[0]).ToDictionary(line => line[0], line => line[1], StringComparer.Ordinal);
        long? Number(string name) => long.TryParse(info.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
        var written = Number("master_repl_offset") ?? 0;
        return new FeatureFlagServer
        {
            Name = connection.Name,
            Uri = connection.Server.Uri,
            IsSelected = isSelected,
            IsMaster = info.GetValueOrDefault("role") == "master",
            Version = info.GetValueOrDefault("redis_version"),
            Memory = Number("used_memory"),
            Replicas = [.. RedisReplica.In(text).Select(replica => new FeatureFlagReplica
            {
                Address = replica.Address,
                IsLinked = replica.IsOnline,
                LagBytes = Math.Max(0, written - replica.Offset),
            })],
        };
    }
}
