using DevOps.Core.Flags.Evaluation;
using DevOps.Core.Flags.Store;
using DevOps.Model;

namespace DevOps.Core.Flags.Client;

/// <summary>All flags of a server at one version. It never changes, so that any number of threads evaluate without waiting for one another.</summary>
public sealed class FlagSet
{
    private readonly Dictionary<string, Entry> _flags;

    private FlagSet(long version, Dictionary<string, Entry> flags)
    {
        Version = version;
        _flags = flags;
    }

    /// <summary>No flags.</summary>
    public static FlagSet Empty { get; } = new(0, []);

    /// <summary>The version of the server's last change that is in it.</summary>
    public long Version { get; }

    /// <summary>How many flags there are.</summary>
    public int Count => _flags.Count;

    /// <summary>The flags, in no order.</summary>
    public IEnumerable<FlagRecord> Flags => _flags.Values.Select(flag => flag.Record);

    /// <summary>Makes a set.</summary>
    /// <param name="version">The server's version.</param>
    /// <param name="flags">The flags.</param>
    /// <returns>The set.</returns>
    public static FlagSet Of(long version, IEnumerable<FlagRecord> flags) =>
        new(version, flags.ToDictionary(flag => flag.Definition.Name, flag => new Entry(flag), StringComparer.Ordinal));

    /// <summary>Finds a flag.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The flag; nothing when there is none of that name.</returns>
    public FlagRecord? Find(string name) => _flags.TryGetValue(name, out var flag) ? flag.Record : null;

    /// <summary>Evaluates a flag.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="context">Whom it is evaluated for.</param>
    /// <returns>What it came to.</returns>
    public FlagResolution Evaluate(string name, FlagContext context) => _flags.TryGetValue(name, out var flag)
        ? flag.Compiled.Evaluate(context)
        : new FlagResolution(FeatureFlagReason.Error, null, FlagError.FlagNotFound);

    /// <summary>The set with another flag in the place of one, or beside the others.</summary>
    /// <param name="version">The server's version.</param>
    /// <param name="flag">The flag.</param>
    /// <returns>The set.</returns>
    internal FlagSet With(long version, FlagRecord flag) => new(version, new Dictionary<string, Entry>(_flags, StringComparer.Ordinal) { [flag.Definition.Name] = new Entry(flag) });

    /// <summary>The set without a flag.</summary>
    /// <param name="version">The server's version.</param>
    /// <param name="name">The flag's name.</param>
    /// <returns>The set.</returns>
    internal FlagSet Without(long version, string name)
    {
        var flags = new Dictionary<string, Entry>(_flags, StringComparer.Ordinal);
        flags.Remove(name);
        return new FlagSet(version, flags);
    }

    private sealed class Entry(FlagRecord record)
    {
        public FlagRecord Record { get; } = record;

        public CompiledFlag Compiled { get; } = new(record.Definition);
    }
}
