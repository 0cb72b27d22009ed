using System.Text.Json;
using System.Text.Json.Serialization;

namespace DevOps.Core.Flags.Definitions;

/// <summary>How the values of flags become JSON.</summary>
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonNode))]
internal sealed partial class FlagJson : JsonSerializerContext;
