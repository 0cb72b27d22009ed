using System.Globalization;
using DevOps.Core.Heartbeats.Redis;
using DevOps.Model;

namespace DevOps.Core.Flags.Servers;

/// <summary>A replica, as its master knows it.</summary>
/// <param name="Address">The address that it announces.</param>
/// <param name="Port">The port that it announces.</param>
/// <param name="IsOnline">Whether it follows; one that still copies all of the data does not.</param>
/// <param name="Offset">How far into the history of changes it has acknowledged.</param>
internal sealed record FlagServerReplica(string Address, int Port, bool IsOnline, long Offset);

/// <summary>What a node tells about itself: the answer to INFO.</summary>
internal sealed class FlagServerInfo
{
    private readonly Dictionary<string, string> _lines;

    private FlagServerInfo(string text) => _lines = RedisInfo.Read(text);

    /// <summary>What part it plays.</summary>
    public FeatureFlagServerRole Role => Text("role") == "master" ? FeatureFlagServerRole.Master : FeatureFlagServerRole.Replica;

    /// <summary>The address of the node that a replica copies.</summary>
    public string? MasterAddress => Text("master_host");

    /// <summary>The port of the node that a replica copies.</summary>
    public int? MasterPort => (int?)Number("master_port");

    /// <summary>Whether a replica's link to its master is up.</summary>
    public bool IsLinkUp => Text("master_link_status") == "up";

    /// <summary>Whether a replica is copying all of the data.</summary>
    public bool IsCopying => Text("master_sync_in_progress") == "1";

    /// <summary>
    /// Whether it is about to write all of its data to the disk anew. A replica does so when it has copied them; until then it would start with
    /// what it had before, also with what it has acknowledged since.
    /// </summary>
    public bool IsKeeping => Text("aof_rewrite_in_progress") == "1" || Text("aof_rewrite_scheduled") == "1";

    /// <summary>For how many seconds a replica's link has been down.</summary>
    public long? SecondsDown => Number("master_link_down_since_seconds") is { } seconds and >= 0 ? seconds : null;

    /// <summary>How far the history of changes goes that it has.</summary>
    public long Offset => Number(Role == FeatureFlagServerRole.Master ? "master_repl_offset" : "slave_repl_offset") ?? 0;

    /// <summary>Which history of changes its offset counts in.</summary>
    public string? History => Text("master_replid");

    /// <summary>How many replicas follow it without delay; writes need one at least. Nothing where none are asked for.</summary>
    public long? GoodReplicas => Number("min_slaves_good_slaves");

    /// <summary>Whether a planned fail-over is under way.</summary>
    public bool IsFailingOver => Text("master_failover_state") is { } state && state != "no-failover";

    /// <summary>How many bytes its data takes.</summary>
    public long? Memory => Number("used_memory");

    /// <summary>Which process it is.</summary>
    public string? Process => Text("run_id");

    /// <summary>Its version.</summary>
    public string? Version => Text("redis_version");

    /// <summary>Whether it has any keys.</summary>
    public bool HasKeys => _lines.Keys.Any(name => name.Length > 2 && name.StartsWith("db", StringComparison.Ordinal) && char.IsAsciiDigit(name[2]));

    /// <summary>The replicas that are connected to it.</summary>
    public IReadOnlyList<FlagServerReplica> Replicas => [.. _lines
        .Where(line => RedisInfo.IsReplica(line.Key))
        .Select(line => ReadReplica(line.Value))];

    /// <summary>Reads an answer.</summary>
    /// <param name="text">The answer.</param>
    /// <returns>What it says.</returns>
    public static FlagServerInfo Read(string text) => new(text);

    /// <summary>Whether it copies a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Whether it does.</returns>
    public bool Copies(SavedFlagServerNode node) => Role == FeatureFlagServerRole.Replica && MasterAddress == node.Address && MasterPort == node.Port;

    /// <summary>Whether it knows a replica whose first acknowledgement it still waits for: until then it does not count it.</summary>
    /// <param name="node">The replica.</param>
    /// <returns>Whether it does. One that it knows by another address does not count as such.</returns>
    public bool WaitsFor(SavedFlagServerNode node) => Replicas.Any(replica => !replica.IsOnline && replica.Address == node.Address && replica.Port == node.Port);

    // ip=10.0.0.3,port=6379,state=online,offset=1234,lag=0
    private static FlagServerReplica ReadReplica(string value)
    {
        var fields = value.Split(',').Select(field => field.Split('=', 2)).Where(field => field.Length == 2).ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);
        _ = int.TryParse(fields.GetValueOrDefault("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        _ = long.TryParse(fields.GetValueOrDefault("offset"), NumberStyles.None, CultureInfo.InvariantCulture, out var offset);
        return new FlagServerReplica(fields.GetValueOrDefault("ip") ?? string.Empty, port, fields.GetValueOrDefault("state") == "online", offset);
    }

    private string? Text(string name) => _lines.GetValueOrDefault(name);

    private long? Number(string name) => long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
