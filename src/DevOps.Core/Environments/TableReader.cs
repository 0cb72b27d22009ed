using System.Globalization;

namespace DevOps.Core.Environments;

/// <summary>
/// Reads the keys of one table: each method takes one key, reports what is wrong with it and goes on, so that one
/// check finds everything. What was never asked for is unknown.
/// </summary>
internal sealed class TableReader
{
    private readonly NeutralMap _table;
    private readonly FindingList _findings;
    private readonly Dictionary<string, NeutralEntry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _known = [];

    private TableReader(NeutralMap table, string path, FindingList findings)
    {
        _table = table;
        _findings = findings;
        Path = path;
        foreach (var entry in table.Entries)
        {
            if (!_entries.TryAdd(entry.Key, entry))
            {
                findings.Error(entry.KeyAt, PathOf(entry.Key), $"The key stands in line {_entries[entry.Key].KeyAt.Line} already.");
            }
        }
    }

    /// <summary>The table's own key, with dots; empty for the whole file.</summary>
    public string Path { get; }

    /// <summary>The entries, each key once.</summary>
    public IEnumerable<NeutralEntry> Entries => _entries.Values;

    /// <summary>Takes a value as a table.</summary>
    /// <param name="node">The value.</param>
    /// <param name="path">Its key, with dots.</param>
    /// <param name="findings">Where findings go.</param>
    /// <returns>The table, or nothing when it is none, which is reported.</returns>
    public static TableReader? Of(NeutralNode node, string path, FindingList findings)
    {
        if (node is NeutralMap map) return new TableReader(map, path, findings);
        ReportType(node, path, "a table @{ … }", findings);
        return null;
    }

    /// <summary>A key of this table, with dots.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The whole key.</returns>
    public string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    /// <summary>Where a key's value stands.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The value's place; the table's when the key is missing.</returns>
    public SourcePosition PositionOf(string key) => _entries.TryGetValue(key, out var entry) ? entry.Value.At : _table.At;

    /// <summary>Gets a value, whatever it is.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isRequired">Whether to report that it is missing.</param>
    /// <returns>The value; nothing when it is missing or null.</returns>
    public NeutralNode? Value(string key, bool isRequired = false)
    {
        if (!_known.Contains(key, StringComparer.Ordinal)) _known.Add(key);
        if (_entries.TryGetValue(key, out var entry) && entry.Value is not NeutralNull) return entry.Value;
        if (isRequired) _findings.Error(entry?.Value.At ?? _table.At, PathOf(key), $"The key {key} is missing.");
        return null;
    }

    /// <summary>Gets a string that must be there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="problem">Says what is wrong with it, or nothing.</param>
    /// <returns>The string; empty when it is missing or wrong.</returns>
    public string Text(string key, Func<string, string?> problem) => Text(key, isRequired: true, problem) ?? string.Empty;

    /// <summary>Gets a string that may be missing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="problem">Says what is wrong with it, or nothing.</param>
    /// <returns>The string; nothing when it is missing or wrong.</returns>
    public string? OptionalText(string key, Func<string, string?> problem) => Text(key, isRequired: false, problem);

    /// <summary>Gets a name that must be there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="rule">What it may look like.</param>
    /// <returns>The name; empty when it is missing or wrong.</returns>
    public string Name(string key, NameRule rule) => Text(key, rule.Problem);

    /// <summary>Gets a name that may be missing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="rule">What it may look like.</param>
    /// <returns>The name; nothing when it is missing or wrong.</returns>
    public string? OptionalName(string key, NameRule rule) => OptionalText(key, rule.Problem);

    /// <summary>Gets a whole number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="minimum">The least that it may be.</param>
    /// <param name="maximum">The most that it may be.</param>
    /// <param name="isRequired">Whether to report that it is missing.</param>
    /// <returns>The number; nothing when it is missing or wrong.</returns>
    public int? Integer(string key, int minimum, int maximum, bool isRequired = true)
    {
        var node = Value(key, isRequired);
        if (node is null) return null;
        var expected = string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum}");
        if (node is not NeutralNumber number)
        {
            var hint = node is NeutralString { Value: var text } && int.TryParse(text, CultureInfo.InvariantCulture, out _) ? $" Write {text} without quotes." : string.Empty;
            ReportType(node, PathOf(key), expected, _findings, hint);
            return null;
        }

        if (decimal.IsInteger(number.Value) && number.Value >= minimum && number.Value <= maximum) return (int)number.Value;
        _findings.Error(number.At, PathOf(key), $"{number.Text} is out of range. Expected {expected}.");
        return null;
    }

    /// <summary>Gets a duration that may be missing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="longest">The longest that makes sense.</param>
    /// <returns>The duration, greater than zero; nothing when it is missing or wrong.</returns>
    public TimeSpan? Duration(string key, TimeSpan longest)
    {
        var node = Value(key);
        TimeSpan duration;
        switch (node)
        {
            case null:
                return null;
            case NeutralNumber number when Model.Duration.TryFromSeconds((double)number.Value, out duration) && duration > TimeSpan.Zero:
            case NeutralString text when Model.Duration.TryParse(text.Value, out duration) && duration > TimeSpan.Zero:
                if (duration <= longest) return duration;
                _findings.Error(node.At, PathOf(key), $"{key} is longer than {longest.TotalMinutes:0.#} minutes, which is the longest that it may be.");
                return null;
            case NeutralNumber { Text: var written }:
                _findings.Error(node.At, PathOf(key), $"{written} is not a duration greater than zero. Expected {Model.Duration.AcceptedForms}.");
                return null;
            case NeutralString { Value: var written }:
                _findings.Error(node.At, PathOf(key), $"'{written}' is not a duration greater than zero. Expected {Model.Duration.AcceptedForms}.");
                return null;
            default:
                ReportType(node, PathOf(key), Model.Duration.AcceptedForms, _findings);
                return null;
        }
    }

    /// <summary>Gets a list of tables. One table without a list around it is a list of one, as everywhere in PowerShell.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isRequired">Whether there must be at least one.</param>
    /// <returns>The tables; each is called by its Name, or by its number while it has none.</returns>
    public IReadOnlyList<TableReader> Tables(string key, bool isRequired)
    {
        var node = Value(key, isRequired);
        if (node is null) return [];
        IReadOnlyList<NeutralNode> items = node is NeutralList list ? list.Items : [node];
        if (isRequired && items.Count == 0) _findings.Error(node.At, PathOf(key), $"{key} is empty. Expected at least one table @{{ … }}.");
        return [.. items.Select((item, index) => Of(item, $"{PathOf(key)}{Label(item, index)}", _findings)).OfType<TableReader>()];
    }

    /// <summary>Gets a list of strings that may be missing. One string without a list around it is a list of one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="problem">Says what is wrong with a string, or nothing.</param>
    /// <returns>The strings that are right.</returns>
    public IReadOnlyList<string> Texts(string key, Func<string, string?> problem)
    {
        var node = Value(key);
        if (node is null) return [];
        IReadOnlyList<NeutralNode> items = node is NeutralList list ? list.Items : [node];
        var texts = new List<string>();
        foreach (var item in items)
        {
            if (item is not NeutralString text) ReportType(item, PathOf(key), "a string", _findings);
            else if (problem(text.Value) is { } wrong) _findings.Error(item.At, PathOf(key), wrong);
            else if (texts.Contains(text.Value, StringComparer.Ordinal)) _findings.Error(item.At, PathOf(key), $"'{text.Value}' stands in the list twice.");
            else texts.Add(text.Value);
        }

        return texts;
    }

    /// <summary>Gets a table that may be missing.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The table; nothing when it is missing or none.</returns>
    public TableReader? Table(string key) => Value(key) is { } node ? Of(node, PathOf(key), _findings) : null;

    /// <summary>Reports the keys that no method asked for.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (var entry in _entries.Values)
        {
            if (_known.Contains(entry.Key, StringComparer.OrdinalIgnoreCase)) continue;
            var unused = _known.Where(key => !_entries.ContainsKey(key));
            var hint = Spelling.Closest(entry.Key, unused) is { } closest
                ? $"Did you mean {closest}?"
                : $"The keys here are {string.Join(", ", _known)}.";
            _findings.Error(entry.KeyAt, PathOf(entry.Key), $"There is no key '{entry.Key}' here. {hint}");
        }
    }

    /// <summary>Reports a value of the wrong kind.</summary>
    /// <param name="node">The value.</param>
    /// <param name="path">Its key.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="findings">Where findings go.</param>
    /// <param name="hint">What else to say.</param>
    public static void ReportType(NeutralNode node, string path, string expected, FindingList findings, string hint = "")
    {
        // What could not be read was reported by the reader.
        if (node is NeutralUnreadable) findings.MarkUnreadable();
        else findings.Error(node.At, path, $"Found {node.Kind}, expected {expected}.{hint}");
    }

    private static string Label(NeutralNode item, int index)
    {
        var name = (item as NeutralMap)?.Entries.FirstOrDefault(entry => string.Equals(entry.Key, "Name", StringComparison.OrdinalIgnoreCase))?.Value;
        return name is NeutralString { Value: var text } && TableLabel.IsReadable(text)
            ? $".{text}"
            : string.Create(CultureInfo.InvariantCulture, $"[{index}]");
    }

    private string? Text(string key, bool isRequired, Func<string, string?> problem)
    {
        var node = Value(key, isRequired);
        if (node is null) return null;
        if (node is not NeutralString text)
        {
            ReportType(node, PathOf(key), "a string", _findings);
            return null;
        }

        if (problem(text.Value) is not { } wrong) return text.Value;
        _findings.Error(node.At, PathOf(key), wrong);
        return null;
    }
}
