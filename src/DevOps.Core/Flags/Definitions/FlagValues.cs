using System.Globalization;
using System.Text.Json;
using DevOps.Model;

namespace DevOps.Core.Flags.Definitions;

/// <summary>Values of flags: as JSON and as what cmdlets show.</summary>
public static class FlagValues
{
    /// <summary>Tells what kind of value it is.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The type.</returns>
    public static FeatureFlagType TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => FeatureFlagType.Boolean,
        JsonValueKind.String => FeatureFlagType.String,
        JsonValueKind.Number => FeatureFlagType.Number,
        _ => FeatureFlagType.Json,
    };

    /// <summary>Turns it into what cmdlets show.</summary>
    /// <param name="value">The value.</param>
    /// <returns>A Boolean, a text, a whole number where it is one, another number, or JSON as text.</returns>
    public static object Show(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? (object)whole : value.GetDouble(),
        _ => value.GetRawText(),
    };

    /// <summary>Reads what a person typed as a value.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="type">The type that it is to have; what it looks like when nothing: <c>true</c> and <c>false</c> are Booleans, all else is text.</param>
    /// <returns>The value.</returns>
    /// <exception cref="DevOpsException">It cannot be of that type (<c>FeatureFlagValueInvalid</c>).</exception>
    public static JsonElement Read(string text, FeatureFlagType? type)
    {
        var isBoolean = bool.TryParse(text, out var boolean);
        return (type ?? (isBoolean ? FeatureFlagType.Boolean : FeatureFlagType.String)) switch
        {
            FeatureFlagType.Boolean => isBoolean ? JsonSerializer.SerializeToElement(boolean, FlagJson.Default.Boolean) : throw Invalid(text, "a Boolean", "true or false"),
            FeatureFlagType.String => JsonSerializer.SerializeToElement(text, FlagJson.Default.String),
            FeatureFlagType.Number => Number(text),
            _ => Json(text),
        };
    }

    private static JsonElement Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? JsonSerializer.SerializeToElement(whole, FlagJson.Default.Int64)
                : JsonSerializer.SerializeToElement(number, FlagJson.Default.Double)
            : throw Invalid(text, "a number", "a number such as 0.25");

    private static JsonElement Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (TypeOf(document.RootElement) == FeatureFlagType.Json && document.RootElement.ValueKind != JsonValueKind.Null) return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Said below, as for JSON of another kind.
        }

        throw Invalid(text, "a JSON object or array", "JSON such as '{\"limit\":5}'");
    }

    private static DevOpsException Invalid(string text, string wanted, string example) => new(
        "FeatureFlagValueInvalid",
        FailureKind.InvalidInput,
        $"'{FlagText.Short(text)}' is not {wanted}.",
        $"Give {example}, or another -Type.",
        text);
}
