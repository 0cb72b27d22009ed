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

    private FlagReader Reader => new(Database);

    /// <summary>Reads all flags.</summary>
    /// <param name="isUnreadable">Is told of those that are damaged, which are left out; without it, the first of them fails.</param>
    /// <returns>The flags, by name.</returns>
    public async Task<IReadOnlyList<FlagRecord>> AllAsync(Action<DevOpsException>? isUnreadable = null)
    {
        List<FlagRecord> records = [];
        foreach (var flag in await FlagFailures.ReadAsync(() => Reader.AllAsync(isUnreadable)).ConfigureAwait(false)) records.Add(await TakeInAsync(flag).ConfigureAwait(false));
        return [.. records.OrderBy(flag => flag.Definition.Name, StringComparer.Ordinal)];
    }

    /// <summary>Reads a flag.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The flag; nothing when there is none of that name.</returns>
    public async Task<FlagRecord?> FindAsync(string name)
    {
        FlagRules.CheckName(name);
        return await FlagFailures.ReadAsync(() => Reader.FindAsync(name)).ConfigureAwait(false) is { } flag ? await TakeInAsync(flag).ConfigureAwait(false) : null;
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
            if (before is not null && await IsWrittenAsync(before, after, write.IfVersion).ConfigureAwait(false)) return (before, new ReplicaAcknowledgement(0, 0, []));
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

    private async Task<bool> IsWrittenAsync(FlagRecord before, FlagDefinition after, long? version) =>
        (version is null || version == before.Version)
        && FlagFile.AreSame(before.Definition, after)
        && (before.Plain is null || before.Plain == (string?)await FlagFailures.ReadAsync(() => Database.StringGetAsync(after.Name)).ConfigureAwait(false));

    // What another program has set at the plain key is a change like any other.
    private async Task<FlagRecord> TakeInAsync(KeptFlag flag)
    {
        if (!flag.IsSetByOthers) return flag.Record;
        var name = flag.Record.Definition.Name;
        try
        {
            await _writer.WriteAsync(name, flag.Record.Definition, flag.Effective.Definition, ByAnotherProgram with { IfVersion = flag.Record.Version }, flag.Plain).ConfigureAwait(false);
        }
        catch (DevOpsException failure) when (failure.Id == "FeatureFlagVersionConflict")
        {
            // Somebody else has taken it in, or has changed it since.
        }

        // Not taken in once more: whoever sets it again and again is heard of at the next look.
        return await FlagFailures.ReadAsync(() => Reader.FindAsync(name)).ConfigureAwait(false) is { } now ? now.Record : flag.Record;
    }
}
