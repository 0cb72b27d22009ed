using System.Text.Json;

namespace DevOps.Core.Flags.Definitions;

/// <summary>Texts of flags for tables and messages.</summary>
internal static class FlagText
{
    private const int MaximalLength = 80;

    /// <summary>Shortens a text to a line.</summary>
    public static string Short(string text)
    {
        var line = string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
        return line.Length <= MaximalLength ? line : $"{line[..(MaximalLength - 1)]}…";
    }

    /// <summary>Says in short what a flag is: its value, and whether a rule or its being disabled says more.</summary>
    public static string Summary(FlagDefinition flag)
    {
        var value = flag.Default is { } variant ? Short(variant.Value.ValueKind == JsonValueKind.String ? variant.Value.GetString()! : variant.Value.GetRawText()) : "no default";
        var rule = flag.Targeting is { } targeting ? $", targeting {Short(targeting.GetRawText())}" : string.Empty;
        return $"{value}{rule}{(flag.IsEnabled ? string.Empty : " (disabled)")}";
    }
}
