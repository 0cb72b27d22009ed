using System.Text.Json.Serialization;

namespace DevOps.Core.State;

/// <summary>How the files of the state folder are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SavedConnection))]
internal sealed partial class StateJson : JsonSerializerContext;
