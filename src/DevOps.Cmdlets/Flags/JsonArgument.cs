using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;
using DevOps.Core;

namespace DevOps.Cmdlets.Flags;

/// <summary>Turns what people write in PowerShell into JSON: tables, lists, objects, texts, numbers, Booleans and nothing.</summary>
internal static class JsonArgument
{
    private const int MaximalDepth = 32;

    /// <summary>Turns a value into JSON.</summary>
    /// <param name="value">The value.</param>
    /// <param name="parameter">The parameter that it was given with, for messages.</param>
    /// <returns>The JSON.</returns>
    /// <exception cref="DevOpsException">It has no counterpart in JSON (<c>FeatureFlagValueInvalid</c>).</exception>
    public static JsonElement Of(object? value, string parameter) => JsonSerializer.SerializeToElement(Node(value, parameter, 0));

    /// <summary>Reads JSON that was given as text, or turns a value into it.</summary>
    /// <param name="value">The text, or a table.</param>
    /// <param name="parameter">The parameter that it was given with, for messages.</param>
    /// <returns>The JSON.</returns>
    /// <exception cref="DevOpsException">It is no JSON, or has no counterpart in it (<c>FeatureFlagValueInvalid</c>).</exception>
    public static JsonElement Parse(object value, string parameter)
    {
        if (Unwrap(value) is not string text) return Of(value, parameter);
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException failure)
        {
            throw new DevOpsException("FeatureFlagValueInvalid", FailureKind.InvalidInput, $"-{parameter} is no JSON: {failure.Message}", "Give JSON in single quotes, or a table @{ … }.", text, failure);
        }
    }

    private static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private static JsonNode? Node(object? value, string parameter, int depth)
    {
        if (depth > MaximalDepth) throw Invalid(parameter, $"more than {MaximalDepth} tables and lists stand in each other");
        switch (Unwrap(value))
        {
            case null:
                return null;
            case bool flag:
                return JsonValue.Create(flag);
            case string or char or Uri or Guid:
                return JsonValue.Create(Unwrap(value)!.ToString());
            case Enum name:
                return JsonValue.Create(name.ToString());
            case DateTime or DateTimeOffset:
                return JsonValue.Create(((IFormattable)Unwrap(value)!).ToString("o", CultureInfo.InvariantCulture));
            case sbyte or byte or short or ushort or int or uint or long:
                return JsonValue.Create(Convert.ToInt64(Unwrap(value), CultureInfo.InvariantCulture));
            case ulong or decimal:
                return JsonValue.Create(Convert.ToDecimal(Unwrap(value), CultureInfo.InvariantCulture));
            case float or double:
                var number = Convert.ToDouble(Unwrap(value), CultureInfo.InvariantCulture);
                return double.IsFinite(number) ? JsonValue.Create(number) : throw Invalid(parameter, $"{number.ToString(CultureInfo.InvariantCulture)} is no number of JSON");
            case IDictionary table:
                var members = new JsonObject();
                foreach (DictionaryEntry entry in table) members[Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!] = Node(entry.Value, parameter, depth + 1);
                return members;
            case PSObject custom:
                var properties = new JsonObject();
                foreach (var property in custom.Properties) properties[property.Name] = Node(property.Value, parameter, depth + 1);
                return properties;
            case IEnumerable list:
                var items = new JsonArray();
                foreach (var item in list) items.Add(Node(item, parameter, depth + 1));
                return items;
            default:
                throw Invalid(parameter, $"it holds a {Unwrap(value)!.GetType().Name}");
        }
    }

    private static DevOpsException Invalid(string parameter, string why) => new(
        "FeatureFlagValueInvalid",
        FailureKind.InvalidInput,
        $"-{parameter} has no counterpart in JSON: {why}.",
        "Use tables, lists, texts, numbers, $true, $false and $null.",
        parameter);
}
