using System.Globalization;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Servers;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Store;

/// <summary>Changes flags at the master.</summary>
/// <param name="master">The connection to the master.</param>
internal sealed class FlagWriter(IConnectionMultiplexer master)
{
    // Some years of changes; a stream entry takes about 200 bytes.
    private const int KeptChanges = 100_000;

    private static readonly string Script = EmbeddedFile.Read("Flags/Store/Scripts/write-flag.lua");

    /// <summary>Writes or removes a flag, and waits for replicas.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="before">What it was, as far as the caller knows; nothing when it is new.</param>
    /// <param name="after">What it is to be; nothing when it is to be removed.</param>
    /// <param name="write">Who, why, and what has to be so.</param>
    /// <param name="plain">What the plain key must hold; nothing for anything.</param>
    /// <returns>Its version now, and which replicas have it.</returns>
    /// <exception cref="DevOpsException">It was not written; the id says why.</exception>
    public async Task<(long Version, ReplicaAcknowledgement Replicas)> WriteAsync(string name, FlagDefinition? before, FlagDefinition? after, FlagWrite write, string? plain = null)
    {
        RedisKey[] keys = [FlagKeys.Flags, FlagKeys.Version, FlagKeys.History, FlagKeys.Plain, name];
        RedisValue[] values =
        [
            name,
            write.IfVersion?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
            after is null ? string.Empty : FlagRecord.Write(after, write.By),
            after is null ? string.Empty : FlagRecord.PlainOf(after) ?? string.Empty,
            plain ?? string.Empty,
            write.By,
            write.Reason ?? string.Empty,
            before is null ? string.Empty : FlagText.Summary(before),
            after is null ? string.Empty : FlagText.Summary(after),
            KeptChanges,
            FlagKeys.Changes.ToString(),
        ];
        var wanted = write.ReplicaCount ?? (await FlagFailures.ReadAsync(ReplicasAsync).ConfigureAwait(false)).Count(replica => replica.IsOnline);
        var batch = master.GetDatabase().CreateBatch();
        Task<RedisResult> Send(string command, params object[] arguments) => batch.ExecuteAsync(command, arguments);

        // WAIT counts for the writes of its own connection only, and on a new one at once says that all is well. So the connection
        // says before, between and after which one it is.
        var first = Send("CLIENT", "ID");
        var written = batch.ScriptEvaluateAsync(Script, keys, values);
        var second = Send("CLIENT", "ID");
        var acknowledged = wanted > 0 ? Send("WAIT", wanted, (long)write.ReplicaTimeout.TotalMilliseconds) : null;
        var third = Send("CLIENT", "ID");
        batch.Execute();
        var version = VersionIn(name, write, await FlagFailures.WriteAsync(name, written).ConfigureAwait(false));
        var count = 0;
        try
        {
            var isSame = (string?)await first.ConfigureAwait(false) == (string?)await second.ConfigureAwait(false) && (string?)await second.ConfigureAwait(false) == (string?)await third.ConfigureAwait(false);
            if (acknowledged is not null && isSame) count = (int)await acknowledged.ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RedisException or RedisTimeoutException)
        {
            // The flag is written; that nobody has acknowledged it is what the caller is told.
        }

        return (version, new ReplicaAcknowledgement(wanted, count, count >= wanted ? [] : await BehindAsync(count).ConfigureAwait(false)));
    }

    private static long VersionIn(string name, FlagWrite write, RedisResult result)
    {
        var (outcome, detail) = ((string)result[0]!, (string)result[1]!);
        return outcome switch
        {
            "written" => long.Parse(detail, CultureInfo.InvariantCulture),
            "missing" => throw FlagFailures.NotFound(name),
            "taken" => throw FlagFailures.KeyTaken(name, detail),
            _ => throw FlagFailures.Conflict(name, write.IfVersion, detail),
        };
    }

    private async Task<IReadOnlyList<FlagServerReplica>> ReplicasAsync() =>
        FlagServerInfo.Read(await master.GetServers()[0].InfoRawAsync("replication").ConfigureAwait(false) ?? string.Empty).Replicas;

    // The master counts on while it asks, so that its own count says nothing of who is behind.
    private async Task<IReadOnlyList<string>> BehindAsync(int acknowledged)
    {
        try
        {
            return [.. (await ReplicasAsync().ConfigureAwait(false)).OrderByDescending(replica => replica.IsOnline ? replica.Offset : -1).Skip(acknowledged).Select(replica => string.Create(CultureInfo.InvariantCulture, $"{replica.Address}:{replica.Port}"))];
        }
        catch (Exception failure) when (failure is RedisException or RedisTimeoutException)
        {
            // That too few have it is known; which ones is not.
            return [];
        }
    }
}
