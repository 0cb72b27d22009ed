using System.Text.Json.Serialization;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>How browsers and other programs are told.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SnapshotMessage))]
[JsonSerializable(typeof(TargetsMessage))]
[JsonSerializable(typeof(BeatsMessage))]
[JsonSerializable(typeof(TickMessage))]
[JsonSerializable(typeof(IReadOnlyList<BalancerMessage>))]
[JsonSerializable(typeof(IReadOnlyList<DeploymentMessage>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, double?>))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(HistoryAnswer))]
internal sealed partial class BoardJson : JsonSerializerContext;
