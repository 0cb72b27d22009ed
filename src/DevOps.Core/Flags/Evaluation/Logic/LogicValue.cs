using System.Globalization;
using System.Text.Json;

namespace DevOps.Core.Flags.Evaluation.Logic;

/// <summary>What kind of value a <see cref="LogicValue"/> is: the kinds of JSON.</summary>
internal enum LogicKind
{
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

/// <summary>
/// A value while a rule is evaluated. It converts and compares as JsonLogic does, whose rules are those of JavaScript
/// (https://jsonlogic.com/operations.html, https://tc39.es/ecma262/#sec-type-conversion), and is a struct so that plain rules allocate nothing.
/// </summary>
internal readonly struct LogicValue
{
    private readonly double _number;

    private readonly object? _reference;

    private LogicValue(LogicKind kind, double number, object? reference)
    {
        Kind = kind;
        _number = number;
        _reference = reference;
    }

    public static LogicValue Null => default;

    public static LogicValue True => new(LogicKind.Boolean, 1, null);

    public static LogicValue False => new(LogicKind.Boolean, 0, null);

    public LogicKind Kind { get; }

    public bool IsNull => Kind == LogicKind.Null;

    /// <summary>The text of a string; for other kinds it must not be asked for.</summary>
    public string Text => (string)_reference!;

    /// <summary>The items of an array; for other kinds it must not be asked for.</summary>
    public LogicValue[] Items => (LogicValue[])_reference!;

    /// <summary>The members of an object; for other kinds it must not be asked for.</summary>
    public IReadOnlyDictionary<string, LogicValue> Members => (IReadOnlyDictionary<string, LogicValue>)_reference!;

    /// <summary>What JsonLogic takes for true: all but null, false, 0, not a number, the empty text and the empty array.</summary>
    public bool IsTruthy => Kind switch
    {
        LogicKind.Boolean => _number != 0,
        LogicKind.Number => _number != 0 && !double.IsNaN(_number),
        LogicKind.String => Text.Length > 0,
        LogicKind.Array => Items.Length > 0,
        LogicKind.Object => true,
        _ => false,
    };

    public static LogicValue Of(bool value) => value ? True : False;

    public static LogicValue Of(double value) => new(LogicKind.Number, value, null);

    public static LogicValue Of(string? value) => value is null ? Null : new LogicValue(LogicKind.String, 0, value);

    public static LogicValue Of(LogicValue[] items) => new(LogicKind.Array, 0, items);

    public static LogicValue Of(IReadOnlyDictionary<string, LogicValue> members) => new(LogicKind.Object, 0, members);

    public static LogicValue Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => True,
        JsonValueKind.False => False,
        JsonValueKind.Number => Of(element.GetDouble()),
        JsonValueKind.String => Of(element.GetString()),
        JsonValueKind.Array => Of([.. element.EnumerateArray().Select(Of)]),
        JsonValueKind.Object => Of(MembersOf(element)),
        _ => Null,
    };

    /// <summary>Whether both are of the same kind and equal (<c>===</c>). Arrays and objects equal only themselves.</summary>
    public bool IsIdentical(LogicValue other) => Kind == other.Kind && Kind switch
    {
        LogicKind.Null => true,
        LogicKind.Boolean or LogicKind.Number => _number == other._number,
        LogicKind.String => string.Equals(Text, other.Text, StringComparison.Ordinal),
        _ => ReferenceEquals(_reference, other._reference),
    };

    /// <summary>Whether both are equal after conversion (<c>==</c>): what is of another kind is compared as numbers, arrays and objects as their text.</summary>
    public bool IsLooselyEqual(LogicValue other)
    {
        if (Kind == other.Kind) return IsIdentical(other);
        if (IsNull || other.IsNull) return false;
        var (isCompound, otherIsCompound) = (Kind >= LogicKind.Array, other.Kind >= LogicKind.Array);
        if (isCompound && otherIsCompound) return false;
        if (isCompound) return Of(ToText()).IsLooselyEqual(other);
        if (otherIsCompound) return IsLooselyEqual(Of(other.ToText()));
        return ToNumber() == other.ToNumber();
    }

    /// <summary>Whether it is less, or also equal when that is asked for: two texts by their UTF-16 code units, all else as numbers.</summary>
    public bool IsLess(LogicValue other, bool orEqual)
    {
        if (Kind is LogicKind.String or LogicKind.Array or LogicKind.Object && other.Kind is LogicKind.String or LogicKind.Array or LogicKind.Object)
        {
            var order = string.CompareOrdinal(ToText(), other.ToText());
            return orEqual ? order <= 0 : order < 0;
        }

        var (left, right) = (ToNumber(), other.ToNumber());
        return orEqual ? left <= right : left < right;
    }

    /// <summary>Converts it to a number, not a number when that cannot be.</summary>
    public double ToNumber() => Kind switch
    {
        LogicKind.Boolean or LogicKind.Number => _number,
        LogicKind.Null => 0,
        LogicKind.Object => double.NaN,
        _ => NumberOf(ToText()),
    };

    /// <summary>Converts it to text.</summary>
    public string ToText() => Kind switch
    {
        LogicKind.Null => "null",
        LogicKind.Boolean => _number != 0 ? "true" : "false",
        LogicKind.Number => TextOf(_number),
        LogicKind.String => Text,
        LogicKind.Array => string.Join(',', Items.Select(item => item.IsNull ? string.Empty : item.ToText())),
        _ => "[object Object]",
    };

    private static double NumberOf(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty) return 0;
        if (trimmed.SequenceEqual("Infinity") || trimmed.SequenceEqual("+Infinity")) return double.PositiveInfinity;
        if (trimmed.SequenceEqual("-Infinity")) return double.NegativeInfinity;
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

        // Names of infinity and of what is no number are .NET's, not JavaScript's.
        return char.IsAsciiLetter(trimmed[^1]) || !double.TryParse(trimmed, style, CultureInfo.InvariantCulture, out var number) ? double.NaN : number;
    }

    private static string TextOf(double number)
    {
        if (double.IsNaN(number)) return "NaN";
        if (double.IsInfinity(number)) return number > 0 ? "Infinity" : "-Infinity";
        return Math.Abs(number) < 1e21 && number == Math.Truncate(number)
            ? (number == 0 ? 0 : number).ToString("F0", CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);
    }

    private static Dictionary<string, LogicValue> MembersOf(JsonElement element)
    {
        // Of a name that is there twice the last counts, as in JavaScript.
        var members = new Dictionary<string, LogicValue>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject()) members[member.Name] = Of(member.Value);
        return members;
    }
}
