using System.Text.Json.Serialization;

namespace DevOps.Server.Flags;

/// <summary>How a query's attributes become those of a context.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class FlagRequestJson : JsonSerializerContext;
