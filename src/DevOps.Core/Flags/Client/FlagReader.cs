using System.Globalization;
using DevOps.Core.Flags.Store;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Client;

/// <summary>Reads flags with no more than a reader's rights, at the master or at a replica.</summary>
/// <param name="database">The database.</param>
internal sealed class FlagReader(IDatabase database)
{
    private const int PageLength = 500;

    /// <summary>Reads the server's version.</summary>
    /// <returns>The version; nothing when no flag was ever set there.</returns>
    public async Task<long?> VersionAsync() => Number(await database.StringGetAsync(FlagKeys.Version).ConfigureAwait(false));

    /// <summary>Reads all flags.</summary>
    /// <returns>The flags; nothing when no flag was ever set there.</returns>
    public async Task<FlagSet?> AllAsync()
    {
        // The version first: what is changed meanwhile is read again, and not missed.
        if (await VersionAsync().ConfigureAwait(false) is not { } version) return null;
        var entries = await database.HashGetAllAsync(FlagKeys.Flags).ConfigureAwait(false);
        List<FlagRecord> flags = [];
        foreach (var page in entries.Select(entry => Read(entry.Name!, entry.Value)).OfType<FlagRecord>().Chunk(PageLength))
        {
            RedisKey[] keys = [.. page.Select(flag => (RedisKey)flag.Definition.Name)];
            var plain = await database.StringGetAsync(keys).ConfigureAwait(false);
            flags.AddRange(page.Select((flag, index) => WithPlain(flag, plain[index])));
        }

        return FlagSet.Of(version, flags);
    }

    /// <summary>Reads a flag.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The flag; nothing when there is none of that name.</returns>
    public async Task<FlagRecord?> FindAsync(string name)
    {
        var text = database.HashGetAsync(FlagKeys.Flags, name);
        var plain = database.StringGetAsync([name]);
        return Read(name, await text.ConfigureAwait(false)) is { } flag ? WithPlain(flag, (await plain.ConfigureAwait(false))[0]) : null;
    }

    private static long? Number(RedisValue value) => long.TryParse((string?)value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // One that is damaged keeps none of the others from being read; cmdlets name it.
    private static FlagRecord? Read(string name, RedisValue text)
    {
        if (text.IsNull) return null;
        try
        {
            return FlagRecord.Read(name, text!);
        }
        catch (DevOpsException)
        {
            return null;
        }
    }

    // What another program has set counts at once, whether or not somebody who may write has taken it in yet.
    private static FlagRecord WithPlain(FlagRecord flag, RedisValue plain) =>
        flag.After(plain) is { } definition ? flag with { Definition = definition, ChangedBy = FlagStore.External } : flag;
}
