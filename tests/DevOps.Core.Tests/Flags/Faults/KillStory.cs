using System.Globalization;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Flags.Store;

namespace DevOps.Core.Tests.Flags.Faults;

/// <summary>Nodes are killed one after the other while flags are changed and read, and each is brought back in the way that the manual says.</summary>
internal sealed class KillStory : IAsyncDisposable
{
    private readonly Random _random;
    private readonly List<string> _told = [];
    private readonly FlagNodes _nodes;
    private readonly AcknowledgedWriter _writer;
    private readonly List<SteadyReader> _readers = [];

    private KillStory(int seed, FlagNodes nodes, AcknowledgedWriter writer)
    {
        _random = new Random(seed);
        _told.Add(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}"));
        (_nodes, _writer) = (nodes, writer);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Begins it.</summary>
    /// <param name="seed">What decides who is killed, when, and what is done then.</param>
    /// <returns>The story, in which nobody has been killed yet.</returns>
    public static async Task<KillStory> BeginAsync(int seed)
    {
        var nodes = await FlagNodes.StartAsync();
        var story = new KillStory(seed, nodes, await AcknowledgedWriter.StartAsync(nodes));
        foreach (var node in nodes.Nodes) story._readers.Add(await SteadyReader.StartAsync(node, AcknowledgedWriter.Flags));
        return story;
    }

    /// <summary>Kills a node in the middle of changes, and brings it back.</summary>
    public async Task KillAsync()
    {
        await _writer.AcknowledgedAsync(_random.Next(1, 50));
        var master = (await _nodes.SettleAsync()).Master!;
        var victim = _nodes.Nodes[_random.Next(_nodes.Nodes.Count)];
        await victim.KillAsync();
        if (victim.Name != master)
        {
            _told.Add($"{victim.Name}, a replica");
            await _writer.AcknowledgedAsync(_random.Next(1, 20));
            await victim.StartAsync();
        }
        else if (_random.Next(3) == 0)
        {
            _told.Add($"{victim.Name}, the master, which came back");
            await victim.StartAsync();
        }
        else
        {
            var successor = (await _nodes.ReplaceMasterAsync()).Master!;
            _told.Add($"{victim.Name}, the master, after which came {successor}");
            await _writer.AcknowledgedAsync(_random.Next(1, 20));
            await victim.StartAsync();
            await _nodes.RepairAsync();
        }

        await _nodes.SettleAsync();
        await _writer.AcknowledgedAsync(1);
    }

    /// <summary>Looks whether everything that was acknowledged is there: in the history, at each node, and with each reader.</summary>
    public async Task CheckAsync()
    {
        var journal = _writer.Journal;
        await using var connection = await _nodes.OpenAsync(FlagServerUser.Reader);
        var master = connection.RequireMaster();
        var history = new HashSet<(string, long)>();
        await foreach (var change in new FlagStore(master.Multiplexer).HistoryAsync(Ct)) history.Add((change.Name, change.Version));
        var lost = journal.Where(change => !history.Contains((change.Flag, change.Version))).ToList();
        Assert.True(lost.Count == 0, $"Lost from the history: {string.Join(", ", lost.Take(5))} and others, {lost.Count} in all. {this}");

        // A later change may have been made without having been acknowledged: values only grow.
        var newest = journal.GroupBy(change => change.Flag, StringComparer.Ordinal).Select(changes => changes.MaxBy(change => change.Value)!).ToList();
        foreach (var node in connection.Nodes)
        {
            var flags = (await new FlagReader(node.Database).AllAsync(isUnreadable: null)).ToDictionary(flag => flag.Record.Definition.Name, flag => flag.Record, StringComparer.Ordinal);
            Assert.All(newest, change => Assert.True(flags[change.Flag].Definition.Default!.Value.GetInt32() >= change.Value, $"{node.Name} lacks {change}. {this}"));
        }

        foreach (var (reader, number) in _readers.Select((reader, number) => (reader, number + 1)))
        {
            await reader.CheckAsync();
            await reader.CaughtUpAsync(newest.Max(change => change.Version));
            Assert.All(newest, change => Assert.True(reader.Value(change.Flag) >= change.Value, $"The reader of node {number} has {reader.Value(change.Flag)} in place of {change}. {this}"));
        }
    }

    /// <summary>Tells it.</summary>
    public override string ToString() => $"{string.Join("; ", _told)}. {_writer}.\n{string.Join('\n', _nodes.Nodes.Select(node => $"{node.Name}:\n{node.Log()}"))}";

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        foreach (var reader in _readers) await reader.DisposeAsync();
        await _nodes.DisposeAsync();
    }
}
