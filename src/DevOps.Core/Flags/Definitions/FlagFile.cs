using System.Text.Json;

namespace DevOps.Core.Flags.Definitions;

/// <summary>flagd's file format: https://flagd.dev/schema/v0/flags.json.</summary>
public static class FlagFile
{
    private const string Schema = "https://flagd.dev/schema/v0/flags.json";

    // Comments and commas at the end are no JSON, but people leave them in files.
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>Reads the flags of a file.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <returns>The flags, checked, in the file's order.</returns>
    /// <exception cref="DevOpsException">It is no such file (<c>FeatureFlagFileInvalid</c>), or a flag in it cannot be right (<c>FeatureFlagInvalid</c>).</exception>
    public static IReadOnlyList<FlagDefinition> Read(string json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("flags", out var flags) || flags.ValueKind != JsonValueKind.Object)
            {
                throw Invalid(name, "it has no object 'flags'");
            }

            var rules = root.TryGetProperty("$evaluators", out var evaluators) && evaluators.ValueKind == JsonValueKind.Object ? evaluators : (JsonElement?)null;
            return [.. flags.EnumerateObject().Select(flag => FlagRules.Check(Parse(flag.Name, flag.Value, rules)))];
        }
        catch (JsonException failure)
        {
            throw Invalid(name, failure.Message, failure);
        }
    }

    /// <summary>Writes flags as such a file.</summary>
    /// <param name="flags">The flags.</param>
    /// <returns>The file's text.</returns>
    public static string Write(IEnumerable<FlagDefinition> flags)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", Schema);
            writer.WriteStartObject("flags");
            foreach (var flag in flags)
            {
                writer.WritePropertyName(flag.Name);
                WriteDefinition(writer, flag);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Whether two definitions say the same.</summary>
    /// <param name="one">The one.</param>
    /// <param name="other">The other.</param>
    /// <returns>Whether they do.</returns>
    public static bool AreSame(FlagDefinition one, FlagDefinition other) => Write([one]) == Write([other]);

    /// <summary>Reads one definition, which is not checked yet.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="json">The definition.</param>
    /// <param name="evaluators">Rules that others refer to with <c>$ref</c>; nothing when there are none.</param>
    /// <returns>The flag.</returns>
    /// <exception cref="DevOpsException">It is none (<c>FeatureFlagInvalid</c>).</exception>
    internal static FlagDefinition Parse(string name, JsonElement json, JsonElement? evaluators = null)
    {
        if (json.ValueKind != JsonValueKind.Object) throw FlagRules.Invalid(name, "its definition is no object");
        if (!json.TryGetProperty("variants", out var variants) || variants.ValueKind != JsonValueKind.Object) throw FlagRules.Invalid(name, "it has no object 'variants'");
        return new FlagDefinition
        {
            Name = name,
            IsEnabled = StateOf(name, json),

            // Of a name that is there twice the last counts, as in JavaScript.
            Variants = [.. variants.EnumerateObject().GroupBy(variant => variant.Name, variant => variant.Value).Select(variant => new FlagVariant(variant.Key, variant.Last().Clone()))],
            DefaultVariant = DefaultOf(name, json),
            Targeting = Member(json, "targeting") is { } rule && !IsEmpty(rule) ? FlagReferences.Resolve(name, rule, evaluators) : null,
            Metadata = Member(json, "metadata")?.Clone(),
        };
    }

    /// <summary>Writes one definition.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="flag">The flag.</param>
    internal static void WriteDefinition(Utf8JsonWriter writer, FlagDefinition flag)
    {
        writer.WriteStartObject();
        writer.WriteString("state", flag.IsEnabled ? "ENABLED" : "DISABLED");
        writer.WriteStartObject("variants");
        foreach (var variant in flag.Variants)
        {
            writer.WritePropertyName(variant.Name);
            variant.Value.WriteTo(writer);
        }

        writer.WriteEndObject();
        if (flag.DefaultVariant is { } name) writer.WriteString("defaultVariant", name);
        WriteMember(writer, "targeting", flag.Targeting);
        WriteMember(writer, "metadata", flag.Metadata);
        writer.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter writer, string name, JsonElement? value)
    {
        if (value is not { } element) return;
        writer.WritePropertyName(name);
        element.WriteTo(writer);
    }

    private static bool StateOf(string name, JsonElement json) => Member(json, "state") switch
    {
        null => throw FlagRules.Invalid(name, "it has no 'state'"),
        { ValueKind: JsonValueKind.String } state when state.ValueEquals("ENABLED") => true,
        { ValueKind: JsonValueKind.String } state when state.ValueEquals("DISABLED") => false,
        _ => throw FlagRules.Invalid(name, "its 'state' is neither 'ENABLED' nor 'DISABLED'"),
    };

    private static string? DefaultOf(string name, JsonElement json) => Member(json, "defaultVariant") switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } variant => variant.GetString() is { Length: > 0 } given ? given : null,
        _ => throw FlagRules.Invalid(name, "its 'defaultVariant' is no text"),
    };

    private static bool IsEmpty(JsonElement rule) => rule.ValueKind == JsonValueKind.Object && !rule.EnumerateObject().Any();

    private static JsonElement? Member(JsonElement json, string name) => json.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static DevOpsException Invalid(string name, string why, Exception? inner = null) => new(
        "FeatureFlagFileInvalid",
        FailureKind.InvalidInput,
        $"{name} is no file of flagd's format: {why}.",
        "It has to look like {\"flags\":{\"NAME\":{\"state\":\"ENABLED\",\"variants\":{\"on\":true,\"off\":false},\"defaultVariant\":\"off\"}}}.",
        name,
        inner);
}
