using System.Globalization;
using System.Text;
using System.Text.Json;
using DevOps.Core.Flags.Definitions;
using DevOps.Model;

namespace DevOps.Core.Flags.Store;

/// <summary>A flag as it is kept.</summary>
/// <param name="Definition">What it is.</param>
/// <param name="Version">The version of its last change.</param>
/// <param name="ChangedAt">When that was, by the master's clock.</param>
/// <param name="ChangedBy">Who did it.</param>
public sealed record FlagRecord(FlagDefinition Definition, long Version, DateTimeOffset ChangedAt, string ChangedBy)
{
    /// <summary>What programs that know nothing of flags read at the plain key: <c>true</c> or <c>false</c>; nothing when the flag is no Boolean.</summary>
    internal string? Plain => PlainOf(Definition);

    /// <summary>Shows it.</summary>
    /// <param name="server">The server that it is on.</param>
    /// <returns>What cmdlets show.</returns>
    public FeatureFlag Show(string server) => new()
    {
        Name = Definition.Name,
        Type = Definition.Type,
        IsEnabled = Definition.IsEnabled,
        Value = Definition.Default is { } variant ? FlagValues.Show(variant.Value) : null,
        DefaultVariant = Definition.DefaultVariant,
        Variants = Definition.Variants.ToDictionary(variant => variant.Name, variant => FlagValues.Show(variant.Value)),
        Targeting = Definition.Targeting?.GetRawText(),
        Rule = Definition.Targeting is { } rule ? FlagText.Rule(rule) : null,
        Version = Version,
        ChangedAt = ChangedAt,
        ChangedBy = ChangedBy,
        Server = server,
    };

    /// <summary>Reads it.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="text">What is kept.</param>
    /// <returns>The flag.</returns>
    /// <exception cref="DevOpsException">It is damaged (<c>FeatureFlagUnreadable</c>).</exception>
    internal static FlagRecord Read(string name, string text)
    {
        try
        {
            var parts = text.Split(' ', 3);
            using var json = JsonDocument.Parse(parts[2]);
            return new FlagRecord(
                FlagRules.CheckShape(FlagFile.Parse(name, json.RootElement.GetProperty("definition"))),
                long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture),
                DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture)),
                json.RootElement.GetProperty("by").GetString()!);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or IndexOutOfRangeException or KeyNotFoundException or InvalidOperationException or DevOpsException)
        {
            throw new DevOpsException(
                "FeatureFlagUnreadable",
                FailureKind.OperationFailed,
                $"What is kept of the flag '{FlagText.Short(name)}' cannot be read: {failure.Message}",
                "Remove-FeatureFlag removes it; Set-FeatureFlag makes it anew then.",
                name,
                failure);
        }
    }

    /// <summary>Writes what is kept, without version and time, which the server adds.</summary>
    internal static string Write(FlagDefinition definition, string by)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("by", by);
            writer.WritePropertyName("definition");
            FlagFile.WriteDefinition(writer, definition);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>What programs read at the plain key of a flag; nothing when it is no Boolean.</summary>
    internal static string? PlainOf(FlagDefinition definition)
    {
        if (definition.Type != FeatureFlagType.Boolean) return null;
        return definition is { IsEnabled: true, Default.Value.ValueKind: JsonValueKind.True } ? "true" : "false";
    }

    /// <summary>The flag after another program has set the plain key: that is for everybody, and ends a roll-out, as a value for everybody always does.</summary>
    /// <param name="plain">What it holds now.</param>
    /// <returns>The definition; nothing when that changes nothing, or means nothing.</returns>
    internal FlagDefinition? After(string? plain)
    {
        if (plain == Plain || plain is not ("true" or "false") || Plain is null) return null;
        var wanted = plain == "true" ? JsonValueKind.True : JsonValueKind.False;
        return Definition.Variants.FirstOrDefault(variant => variant.Value.ValueKind == wanted) is { } variant
            ? Definition with { IsEnabled = true, DefaultVariant = variant.Name, Targeting = null }
            : null;
    }
}
