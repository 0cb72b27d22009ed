using System.Globalization;
using DevOps.Core.Environments;

namespace DevOps.Core.Tests.Environments;

/// <summary>A table that is written in a test: keys with strings, numbers, booleans, nothing, lists or other tables.</summary>
public sealed class Table : List<(string Key, object? Value)>
{
    /// <summary>Adds a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public void Add(string key, object? value) => Add((key, value));

    /// <summary>The same table with one key set to another value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>The new table.</returns>
    public Table With(string key, object? value) => [.. this.Where(entry => entry.Key != key), (key, value)];

    /// <summary>The same table without a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The new table.</returns>
    public Table Without(string key) => [.. this.Where(entry => entry.Key != key)];
}

/// <summary>Makes the tree that a reader would make of a file with one key a line.</summary>
public sealed class TreeBuilder
{
    private int _line;

    /// <summary>Makes a tree.</summary>
    /// <param name="value">A table, a list, a string, a number, a boolean or nothing.</param>
    /// <returns>The tree.</returns>
    public static NeutralNode Build(object? value) => new TreeBuilder().Make(value);

    private NeutralNode Make(object? value)
    {
        var at = new SourcePosition(Math.Max(_line, 1), 1);
        return value switch
        {
            null => new NeutralNull(at),
            string text => new NeutralString(at, text),
            bool truth => new NeutralBoolean(at, truth),
            int or long or double or decimal => new NeutralNumber(at, Convert.ToDecimal(value, CultureInfo.InvariantCulture), Convert.ToString(value, CultureInfo.InvariantCulture)!),
            Table table => new NeutralMap(at, [.. table.Select(MakeEntry)]),
            NeutralNode node => node,
            IEnumerable<object?> items => new NeutralList(at, [.. items.Select(Make)]),
            _ => throw new ArgumentException($"No node for {value.GetType()}.", nameof(value)),
        };
    }

    private NeutralEntry MakeEntry((string Key, object? Value) entry)
    {
        _line++;
        return new NeutralEntry(entry.Key, new SourcePosition(_line, 1), Make(entry.Value));
    }
}
