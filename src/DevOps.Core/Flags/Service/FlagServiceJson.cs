using System.Text.Json.Serialization;

namespace DevOps.Core.Flags.Service;

/// <summary>How the service's settings and health are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FlagServiceSettings))]
[JsonSerializable(typeof(FlagServiceHealth))]
[JsonSerializable(typeof(SavedFlagService))]
public sealed partial class FlagServiceJson : JsonSerializerContext;
