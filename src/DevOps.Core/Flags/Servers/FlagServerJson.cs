using System.Text.Json.Serialization;

namespace DevOps.Core.Flags.Servers;

/// <summary>How the files of feature flag servers are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FlagServerAddress))]
internal sealed partial class FlagServerJson : JsonSerializerContext;
