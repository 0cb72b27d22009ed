namespace DevOps.Core.Flags.Evaluation.Logic;

/// <summary>The operations on text.</summary>
internal static class TextOperations
{
    /// <summary>Whether a text is a part of another, or a value an item of an array.</summary>
    public static LogicValue In(LogicValue part, LogicValue whole) => LogicValue.Of(whole.Kind switch
    {
        LogicKind.String => whole.Text.Contains(part.ToText(), StringComparison.Ordinal),
        LogicKind.Array => whole.Items.Any(part.IsIdentical),
        _ => false,
    });

    public static LogicValue Concatenate(LogicValue[] values) => LogicValue.Of(string.Concat(values.Select(value => value.ToText())));

    /// <summary>A part of a text: its first character, counted from the end when negative, and how many, or how many to leave off.</summary>
    public static LogicValue Substring(LogicValue[] values)
    {
        if (values.Length < 2) return LogicValue.Of(values.Length > 0 ? values[0].ToText() : null);
        var text = values[0].ToText();
        var start = Whole(values[1], text.Length);
        var rest = text[(start < 0 ? Math.Max(0, text.Length + start) : Math.Min(start, text.Length))..];
        if (values.Length < 3) return LogicValue.Of(rest);
        var length = Whole(values[2], text.Length);
        return LogicValue.Of(rest[..(length < 0 ? Math.Max(0, rest.Length + length) : Math.Min(length, rest.Length))]);
    }

    public static LogicValue StartsWith(LogicValue[] values) => Compare(values, static (text, part) => text.StartsWith(part, StringComparison.Ordinal));

    public static LogicValue EndsWith(LogicValue[] values) => Compare(values, static (text, part) => text.EndsWith(part, StringComparison.Ordinal));

    private static LogicValue Compare(LogicValue[] values, Func<string, string, bool> comparison) =>
        values is [{ Kind: LogicKind.String } text, { Kind: LogicKind.String } part] ? LogicValue.Of(comparison(text.Text, part.Text)) : LogicValue.Null;

    private static int Whole(LogicValue value, int limit)
    {
        var number = value.ToNumber();
        return double.IsNaN(number) ? 0 : (int)Math.Clamp(Math.Truncate(number), -limit, limit);
    }
}
