using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DevOps.Core.Environments;

/// <summary>
/// Writes definitions as JSON and reads them back: a release freezes its application's definition so, and a deployment
/// carries its environment's so to the process that works it off.
/// </summary>
public static class EnvironmentJson
{
    /// <summary>Writes an environment's definition.</summary>
    /// <param name="definition">The definition.</param>
    /// <returns>UTF-8 JSON, the same bytes for the same definition.</returns>
    public static byte[] Serialize(EnvironmentDefinition definition) =>
        JsonSerializer.SerializeToUtf8Bytes(definition, EnvironmentJsonContext.Default.EnvironmentDefinition);

    /// <summary>Writes an application's definition.</summary>
    /// <param name="definition">The definition.</param>
    /// <returns>UTF-8 JSON, the same bytes for the same definition.</returns>
    public static byte[] Serialize(ApplicationDefinition definition) =>
        JsonSerializer.SerializeToUtf8Bytes(definition, EnvironmentJsonContext.Default.ApplicationDefinition);

    /// <summary>Reads an environment's definition.</summary>
    /// <param name="json">What <see cref="Serialize(EnvironmentDefinition)"/> wrote.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="JsonException">It is not such a definition.</exception>
    public static EnvironmentDefinition DeserializeEnvironment(ReadOnlySpan<byte> json)
    {
        var environment = Parse(json);
        foreach (var application in (environment["applications"] as JsonArray ?? []).OfType<JsonObject>()) FillIn(application, Defaults());
        return environment.Deserialize(EnvironmentJsonContext.Default.EnvironmentDefinition)!;
    }

    /// <summary>Reads an application's definition.</summary>
    /// <param name="json">What <see cref="Serialize(ApplicationDefinition)"/> wrote, now or in an older version that had fewer keys.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="JsonException">It is not such a definition.</exception>
    public static ApplicationDefinition DeserializeApplication(ReadOnlySpan<byte> json)
    {
        var application = Parse(json);
        FillIn(application, Defaults());
        return application.Deserialize(EnvironmentJsonContext.Default.ApplicationDefinition)!;
    }

    private static JsonObject Parse(ReadOnlySpan<byte> json) => JsonNode.Parse(json) as JsonObject ?? throw new JsonException("The definition is no object.");

    // The generated reader would give a missing key the default of its type and not the one that the property has.
    private static JsonObject Defaults()
    {
        var defaults = new ApplicationDefinition { Name = string.Empty, Fleet = string.Empty, Source = string.Empty, Command = string.Empty, Port = 0 };
        var node = JsonSerializer.SerializeToNode(defaults, EnvironmentJsonContext.Default.ApplicationDefinition)!.AsObject();
        foreach (var required in (string[])["name", "fleet", "source", "command", "port"]) node.Remove(required);
        return node;
    }

    private static void FillIn(JsonObject definition, JsonObject defaults)
    {
        foreach (var (key, value) in defaults)
        {
            if (!definition.ContainsKey(key)) definition[key] = value?.DeepClone();
            else if (value is JsonObject inner && definition[key] is JsonObject given) FillIn(given, inner);
        }
    }
}

/// <summary>How definitions are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(EnvironmentDefinition))]
internal sealed partial class EnvironmentJsonContext : JsonSerializerContext;
