using DevOps.Core.Flags.Evaluation;
using DevOps.Core.Flags.Store;
using DevOps.Model;

namespace DevOps.Core.Flags.Client;

/// <summary>All flags of a server at one version. It never changes, so that any number of threads evaluate without waiting for one another.</summary>
public sealed class FlagSet
{
    // Where each name stands among the flags. A change of a flag leaves that as it is and copies no more than references: tables of
    // thousands of names at each change would be large objects, which only a collection of the whole heap removes.
    private readonly Dictionary<string, int> _places;

    private readonly Entry[] _flags;

    private FlagSet(long version, Dictionary<string, int> places, Entry[] flags)
    {
        Version = version;
        _places = places;
        _flags = flags;
    }

    /// <summary>No flags.</summary>
    public static FlagSet Empty { get; } = new(0, [], []);

    /// <summary>The version of the server's last change that is in it.</summary>
    public long Version { get; }

    /// <summary>How many flags there are.</summary>
    public int Count => _flags.Length;

    /// <summary>The flags, by name.</summary>
    public IEnumerable<FlagRecord> Flags => _flags.Select(flag => flag.Record);

    /// <summary>Makes a set.</summary>
    /// <param name="version">The server's version.</param>
    /// <param name="flags">The flags.</param>
    /// <returns>The set.</returns>
    public static FlagSet Of(long version, IEnumerable<FlagRecord> flags) => Of(version, [.. flags.Select(flag => new Entry(flag))]);

    /// <summary>Finds a flag.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The flag; nothing when there is none of that name.</returns>
    public FlagRecord? Find(string name) => _places.TryGetValue(name, out var place) ? _flags[place].Record : null;

    /// <summary>Evaluates a flag.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="context">Whom it is evaluated for.</param>
    /// <returns>What it came to.</returns>
    public FlagResolution Evaluate(string name, FlagContext context) => _places.TryGetValue(name, out var place)
        ? _flags[place].Compiled.Evaluate(context)
        : new FlagResolution(FeatureFlagReason.Error, null, FlagError.FlagNotFound);

    /// <summary>The set with another flag in the place of one, or beside the others.</summary>
    /// <param name="version">The server's version.</param>
    /// <param name="flag">The flag.</param>
    /// <returns>The set.</returns>
    internal FlagSet With(long version, FlagRecord flag)
    {
        if (!_places.TryGetValue(flag.Definition.Name, out var place)) return Of(version, [.. _flags, new Entry(flag)]);
        Entry[] flags = [.. _flags];
        flags[place] = new Entry(flag);
        return new FlagSet(version, _places, flags);
    }

    /// <summary>The set without a flag.</summary>
    /// <param name="version">The server's version.</param>
    /// <param name="name">The flag's name.</param>
    /// <returns>The set.</returns>
    internal FlagSet Without(long version, string name) => Of(version, [.. _flags.Where(flag => flag.Record.Definition.Name != name)]);

    private static FlagSet Of(long version, Entry[] flags)
    {
        // Here, where names come and go, and not each time that somebody wants them in order.
        Array.Sort(flags, static (one, other) => string.CompareOrdinal(one.Record.Definition.Name, other.Record.Definition.Name));
        var places = new Dictionary<string, int>(flags.Length, StringComparer.Ordinal);
        foreach (var (place, flag) in flags.Index()) places.Add(flag.Record.Definition.Name, place);
        return new FlagSet(version, places, flags);
    }

    private sealed class Entry(FlagRecord record)
    {
        public FlagRecord Record { get; } = record;

        public CompiledFlag Compiled { get; } = new(record.Definition);
    }
}
