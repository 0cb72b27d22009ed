using System.Globalization;
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

    /// <summary>Says in short what a flag is: its value or its shares, and whether a rule or its being disabled says more.</summary>
    public static string Summary(FlagDefinition flag)
    {
        var value = flag.Default is { } variant ? Short(variant.Value.ValueKind == JsonValueKind.String ? variant.Value.GetString()! : variant.Value.GetRawText()) : "no default";
        var text = flag.Targeting is not { } rule ? value : Shares(rule) ?? $"{value}, targeting {Short(rule.GetRawText())}";
        return $"{text}{(flag.IsEnabled ? string.Empty : " (disabled)")}";
    }

    /// <summary>Says in short whom a rule gives what: <c>on 20 %, off 80 %</c>, or the rule itself.</summary>
    public static string Rule(JsonElement rule) => Shares(rule) ?? rule.GetRawText();

    // Nothing when the rule is more than fixed shares.
    private static string? Shares(JsonElement rule)
    {
        if (!rule.TryGetProperty("fractional", out var shares) || shares.ValueKind != JsonValueKind.Array) return null;
        List<(string Variant, long Weight)> all = [];
        foreach (var share in shares.EnumerateArray())
        {
            if (share.ValueKind != JsonValueKind.Array || share.GetArrayLength() != 2 || share[0].ValueKind != JsonValueKind.String) return null;
            if (share[1].ValueKind != JsonValueKind.Number || !share[1].TryGetInt64(out var weight) || weight < 0) return null;
            all.Add((share[0].GetString()!, weight));
        }

        var total = all.Sum(share => share.Weight);
        return total == 0 ? null : string.Join(", ", all.Select(share => string.Create(CultureInfo.InvariantCulture, $"{Short(share.Variant)} {100m * share.Weight / total:0.####} %")));
    }
}
