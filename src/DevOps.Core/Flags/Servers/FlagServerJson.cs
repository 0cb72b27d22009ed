using System.Text.Json.Serialization;

namespace DevOps.Core.Flags.Servers;

/// <summary>How the files of servers are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SavedFlagServer))]
internal sealed partial class FlagServerJson : JsonSerializerContext;
