using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DevOps.Core.Flags.Definitions;
using DevOps.Model;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Store;

/// <summary>The flags of a server.</summary>
/// <param name="master">The connection to the server's master.</param>
public sealed class FlagStore(IConnectionMultiplexer master)
{
    /// <summary>Who has made a change that another program made at a plain key.</summary>
    public const string External = "external";

    // Somebody else may be faster, but not again and again.
    private const int MaximalAttempts = 20;

    private const int PageLength = 500;

    // No key is named so.
    private const string All = FlagRules.ReservedPrefix + "all";

    private static readonly FlagWrite ByAnotherProgram = new(External, "another program set the plain key", null, 0, TimeSpan.Zero);

    // News can be lost with a connection; the history cannot.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly FlagWriter _writer = new(master);

    private IDatabase Database => master.GetDatabase();

    /// <summary>Reads all flags.</summary>
    /// <param name="isUnreadable">Is told of those that are damaged, which are left out; without it, the first of them fails.</param>
    /// <returns>The flags, by name.</returns>
    public async Task<IReadOnlyList<FlagRecord>> AllAsync(Action<DevOpsException>? isUnreadable = null)
    {
        var flags = await FlagFailures.ReadAsync(() => Database.HashGetAllAsync(FlagKeys.Flags)).ConfigureAwait(false);
        var records = ReadAll(flags, isUnreadable).OrderBy(flag => flag.Definition.Name, StringComparer.Ordinal).ToArray();
        for (var start = 0; start < records.Length; start += PageLength)
        {
            var end = Math.Min(records.Length, start + PageLength);
            var plain = await PlainAsync(records[start..end]).ConfigureAwait(false);
            for (var index = start; index < end; index++)
            {
                if (records[index].After(plain[index - start]) is not null) records[index] = await AdoptAsync(records[index], plain[index - start]!).ConfigureAwait(false);
            }
        }

        return records;
    }

    /// <summary>Reads a flag.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The flag; nothing when there is none of that name.</returns>
    public async Task<FlagRecord?> FindAsync(string name)
    {
        FlagRules.CheckName(name);
        var text = await FlagFailures.ReadAsync(() => Database.HashGetAsync(FlagKeys.Flags, name)).ConfigureAwait(false);
        if (text.IsNull) return null;
        var record = FlagRecord.Read(name, text!);
        var plain = (await PlainAsync([record]).ConfigureAwait(false))[0];
        return record.After(plain) is null ? record : await AdoptAsync(record, plain!).ConfigureAwait(false);
    }

    /// <summary>
    /// Changes a flag, or makes it. What somebody else changes meanwhile is never lost: the change is made to what is there then. A flag that is
    /// so already is not written again.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="edit">Makes of what it is, nothing when it is new, what it is to be.</param>
    /// <param name="write">Who, why, and what has to be so.</param>
    /// <returns>What it is now, and which replicas have it.</returns>
    /// <exception cref="DevOpsException">It was not written; the id says why.</exception>
    public async Task<(FlagRecord Flag, ReplicaAcknowledgement Replicas)> ChangeAsync(string name, Func<FlagRecord?, FlagDefinition> edit, FlagWrite write)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = await FindAsync(name).ConfigureAwait(false);
            var after = FlagRules.Check(edit(before));
            if (before is not null && await IsAsync(before, after, write.IfVersion).ConfigureAwait(false)) return (before, new ReplicaAcknowledgement(0, 0, []));
            try
            {
                var (_, replicas) = await _writer.WriteAsync(name, before?.Definition, after, write with { IfVersion = write.IfVersion ?? before?.Version ?? 0 }).ConfigureAwait(false);
                return (await FindAsync(name).ConfigureAwait(false) ?? throw FlagFailures.NotFound(name), replicas);
            }
            catch (DevOpsException failure) when (failure.Id == "FeatureFlagVersionConflict" && write.IfVersion is null && attempt < MaximalAttempts)
            {
                // Once more, with what is there now.
            }
        }
    }

    /// <summary>Removes a flag, with its plain key.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="write">Who, why, and what has to be so.</param>
    /// <returns>Which replicas know.</returns>
    /// <exception cref="DevOpsException">It was not removed; the id says why.</exception>
    public async Task<ReplicaAcknowledgement> RemoveAsync(string name, FlagWrite write)
    {
        FlagDefinition? before = null;
        try
        {
            before = (await FindAsync(name).ConfigureAwait(false) ?? throw FlagFailures.NotFound(name)).Definition;
        }
        catch (DevOpsException failure) when (failure.Id == "FeatureFlagUnreadable")
        {
            // What is damaged goes too, and the history has nothing to say of what it was.
        }

        return (await _writer.WriteAsync(name, before, null, write).ConfigureAwait(false)).Replicas;
    }

    /// <summary>Reads the changes, newest first.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The changes.</returns>
    public async IAsyncEnumerable<FeatureFlagChange> HistoryAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        // Changes that other programs made are taken in first.
        await AllAsync(static _ => { }).ConfigureAwait(false);
        RedisValue? end = null;
        while (!cancellation.IsCancellationRequested)
        {
            var entries = await FlagFailures.ReadAsync(() => Database.StreamRangeAsync(FlagKeys.History, "-", end, PageLength, Order.Descending)).ConfigureAwait(false);
            foreach (var entry in entries) yield return Read(entry);
            if (entries.Length < PageLength) yield break;
            end = $"({entries[^1].Id}";
        }
    }

    /// <summary>Tells changes as they are made, each once and in order.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The changes from now on.</returns>
    public async IAsyncEnumerable<FeatureFlagChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var news = Channel.CreateBounded<string>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropWrite });
        void Restored(object? sender, ConnectionFailedEventArgs e) => news.Writer.TryWrite(All);
        await FlagFailures.ReadAsync(async () =>
        {
            await FlagNews.SubscribeAsync(master, _ => news.Writer.TryWrite(string.Empty), name => news.Writer.TryWrite(name!)).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        try
        {
            var newest = await FlagFailures.ReadAsync(() => Database.StreamRangeAsync(FlagKeys.History, "-", "+", 1, Order.Descending)).ConfigureAwait(false);
            RedisValue last = newest.Length > 0 ? (string)newest[0].Id! : "0-0";

            // What was set before anybody listened, and while a connection was lost, is found by looking.
            master.ConnectionRestored += Restored;
            await AllAsync(static _ => { }).ConfigureAwait(false);
            while (true)
            {
                await HearAsync(news.Reader, cancellation).ConfigureAwait(false);
                var entries = await FlagFailures.ReadAsync(() => Database.StreamRangeAsync(FlagKeys.History, $"({last}", "+", PageLength)).ConfigureAwait(false);
                foreach (var entry in entries)
                {
                    last = entry.Id;
                    yield return Read(entry);
                }
            }
        }
        finally
        {
            master.ConnectionRestored -= Restored;
            await master.GetSubscriber().UnsubscribeAllAsync(CommandFlags.FireAndForget).ConfigureAwait(false);
        }
    }

    private static IEnumerable<FlagRecord> ReadAll(HashEntry[] flags, Action<DevOpsException>? isUnreadable)
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

    private static FeatureFlagChange Read(StreamEntry entry)
    {
        string? Text(string name) => entry[name] is { IsNullOrEmpty: false } value ? value.ToString() : null;
        return new FeatureFlagChange
        {
            Name = Text("name") ?? string.Empty,
            Kind = Enum.Parse<FeatureFlagChangeKind>(Text("kind")!),
            From = Text("from"),
            To = Text("to"),
            By = Text("by") ?? string.Empty,
            Reason = Text("reason"),
            At = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Text("at")!, CultureInfo.InvariantCulture)),
            Version = long.Parse(Text("version")!, CultureInfo.InvariantCulture),
        };
    }

    // Waits for news, but not for ever, and takes in what another program has set.
    private async Task HearAsync(ChannelReader<string> news, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            await news.WaitToReadAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return;
        }

        HashSet<string> set = [];
        while (news.TryRead(out var name)) set.Add(name);
        if (set.Contains(All)) await AllAsync(static _ => { }).ConfigureAwait(false);
        foreach (var name in set.Where(name => name.Length > 0 && !name.StartsWith(FlagRules.ReservedPrefix, StringComparison.Ordinal)))
        {
            if (await FlagFailures.ReadAsync(() => Database.HashExistsAsync(FlagKeys.Flags, name)).ConfigureAwait(false)) await FindAsync(name).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsAsync(FlagRecord before, FlagDefinition after, long? version) =>
        (version is null || version == before.Version)
        && FlagFile.Write([before.Definition]) == FlagFile.Write([after])
        && (before.Plain is null || (await PlainAsync([before]).ConfigureAwait(false))[0] == before.Plain);

    private async Task<string?[]> PlainAsync(FlagRecord[] records)
    {
        // A key of another kind is answered with nothing.
        RedisKey[] keys = [.. records.Select(record => (RedisKey)record.Definition.Name)];
        var values = await FlagFailures.ReadAsync(() => Database.StringGetAsync(keys)).ConfigureAwait(false);
        return [.. values.Select(value => (string?)value)];
    }

    // Another program has set the plain key: that is a change like any other.
    private async Task<FlagRecord> AdoptAsync(FlagRecord record, string plain)
    {
        try
        {
            var name = record.Definition.Name;
            await _writer.WriteAsync(name, record.Definition, record.After(plain), ByAnotherProgram with { IfVersion = record.Version }, plain).ConfigureAwait(false);
            return await FindAsync(name).ConfigureAwait(false) ?? record;
        }
        catch (DevOpsException failure) when (failure.Id == "FeatureFlagVersionConflict")
        {
            // Somebody else has taken it in, or has changed it since.
            var text = await FlagFailures.ReadAsync(() => Database.HashGetAsync(FlagKeys.Flags, record.Definition.Name)).ConfigureAwait(false);
            return text.IsNull ? record : FlagRecord.Read(record.Definition.Name, text!);
        }
    }
}
