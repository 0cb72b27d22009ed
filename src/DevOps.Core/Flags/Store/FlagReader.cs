using System.Globalization;
using DevOps.Core.Flags.Servers;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Store;

/// <summary>A flag as it is kept, and what its plain key holds.</summary>
/// <param name="Record">The flag.</param>
/// <param name="Plain">What its plain key holds; nothing when there is none, or when the flag is no Boolean.</param>
internal readonly record struct KeptFlag(FlagRecord Record, string? Plain)
{
    /// <summary>Whether another program has set the plain key since the flag was written.</summary>
    public bool IsSetByOthers => Record.After(Plain) is not null;

    /// <summary>The flag with what another program has set.</summary>
    public FlagRecord Effective => Record.After(Plain) is { } definition ? Record with { Definition = definition, ChangedBy = FlagStore.External } : Record;
}

/// <summary>Reads flags with no more than a reader's rights, at the master or at a replica.</summary>
/// <param name="database">The database.</param>
internal sealed class FlagReader(IDatabase database)
{
    private const int PageLength = 500;

    /// <summary>Reads the server's version.</summary>
    /// <returns>The version; nothing when no flag was ever set there.</returns>
    public async Task<long?> VersionAsync() =>
        long.TryParse((string?)await database.StringGetAsync(FlagKeys.Version).ConfigureAwait(false), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    /// <summary>Has the server tell what part it plays, and in which history of changes its version counts.</summary>
    /// <returns>What it told; nothing when this user may not ask.</returns>
    public async Task<FlagServerInfo?> ServerAsync()
    {
        try
        {
            return FlagServerInfo.Read(await database.Multiplexer.GetServers()[0].InfoRawAsync("replication").ConfigureAwait(false) ?? string.Empty);
        }
        catch (RedisServerException failure) when (failure.Message.StartsWith("NOPERM", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <summary>Reads all flags.</summary>
    /// <param name="isUnreadable">Is told of those that are damaged, which are left out; without it, the first of them fails.</param>
    /// <returns>The flags, in no order.</returns>
    /// <exception cref="DevOpsException">One is damaged (<c>FeatureFlagUnreadable</c>).</exception>
    public async Task<List<KeptFlag>> AllAsync(Action<DevOpsException>? isUnreadable)
    {
        var entries = await database.HashGetAllAsync(FlagKeys.Flags).ConfigureAwait(false);
        List<KeptFlag> flags = [];
        foreach (var page in Read(entries, isUnreadable).Chunk(PageLength)) flags.AddRange(await WithPlainAsync(page).ConfigureAwait(false));
        return flags;
    }

    /// <summary>Reads a flag.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The flag; nothing when there is none of that name.</returns>
    /// <exception cref="DevOpsException">It is damaged (<c>FeatureFlagUnreadable</c>).</exception>
    public async Task<KeptFlag?> FindAsync(string name)
    {
        var text = await database.HashGetAsync(FlagKeys.Flags, name).ConfigureAwait(false);
        return text.IsNull ? null : (await WithPlainAsync([FlagRecord.Read(name, text!)]).ConfigureAwait(false))[0];
    }

    private static IEnumerable<FlagRecord> Read(HashEntry[] flags, Action<DevOpsException>? isUnreadable)
    {
        foreach (var flag in flags)
        {
            FlagRecord record;
            try
            {
                record = FlagRecord.Read(flag.Name!, flag.Value!);
            }
            catch (DevOpsException failure) when (isUnreadable is not null)
            {
                isUnreadable(failure);
                continue;
            }

            yield return record;
        }
    }

    // Only Booleans have plain keys: what else has a flag's name is somebody else's, and may be large.
    private async Task<KeptFlag[]> WithPlainAsync(FlagRecord[] records)
    {
        RedisKey[] keys = [.. records.Where(record => record.Plain is not null).Select(record => (RedisKey)record.Definition.Name)];
        RedisValue[] values = keys.Length == 0 ? [] : await database.StringGetAsync(keys).ConfigureAwait(false);
        var next = 0;

        // A key of another kind is answered with nothing.
        return [.. records.Select(record => new KeptFlag(record, record.Plain is null ? null : (string?)values[next++]))];
    }
}
