using System.Text.Json;
using System.Text.Json.Nodes;

namespace DevOps.Core.Flags.Definitions;

/// <summary>Puts shared rules where <c>{"$ref":"NAME"}</c> refers to them, so that a flag stands by itself.</summary>
internal static class FlagReferences
{
    // A reference may lead to another one; a circle ends here.
    private const int MaximalDepth = 16;

    private const string Reference = "$ref";

    /// <summary>Puts them in.</summary>
    /// <param name="flag">The flag's name, for messages.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="evaluators">The shared rules; nothing when there are none.</param>
    /// <returns>The rule without references.</returns>
    /// <exception cref="DevOpsException">A reference leads nowhere, or in a circle (<c>FeatureFlagInvalid</c>).</exception>
    public static JsonElement Resolve(string flag, JsonElement rule, JsonElement? evaluators) =>
        JsonSerializer.SerializeToElement(Copy(flag, rule, evaluators, 0), FlagJson.Default.JsonNode);

    private static JsonNode? Copy(string flag, JsonElement json, JsonElement? evaluators, int depth)
    {
        if (NameIn(json) is { } name)
        {
            if (evaluators is not { } shared || !shared.TryGetProperty(name, out var referred)) throw FlagRules.Invalid(flag, $"its targeting refers to '{name}', which is none of the file's $evaluators");
            if (depth == MaximalDepth) throw FlagRules.Invalid(flag, $"the reference to '{name}' leads in a circle");
            return Copy(flag, referred, evaluators, depth + 1);
        }

        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in json.EnumerateObject()) members[member.Name] = Copy(flag, member.Value, evaluators, depth);
                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. json.EnumerateArray().Select(item => Copy(flag, item, evaluators, depth))]);
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(json.Clone());
        }
    }

    private static string? NameIn(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Count() != 1) return null;
        var member = json.EnumerateObject().Single();
        return member.Name == Reference && member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null;
    }
}
