using System.Text.Json.Serialization;
using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>How alerts are sent, and how what belongs to them is kept in the state folder.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AlertDelivery))]
[JsonSerializable(typeof(AlertPayload))]
[JsonSerializable(typeof(SavedAlertDestination))]
[JsonSerializable(typeof(SpooledAlert))]
internal sealed partial class AlertJson : JsonSerializerContext;
