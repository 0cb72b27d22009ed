using System.Text.Json.Serialization;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>How targets, and how they were, are kept in the state folder.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HeartbeatTarget))]
[JsonSerializable(typeof(HeartbeatCall))]
[JsonSerializable(typeof(Dictionary<string, RememberedHeartbeat>))]
internal sealed partial class HeartbeatJson : JsonSerializerContext;
