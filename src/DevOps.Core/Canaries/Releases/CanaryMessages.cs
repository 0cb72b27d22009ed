using System.Text.Json.Serialization;

namespace DevOps.Core.Canaries.Releases;

/// <summary>The paths that the worker of a canary release understands beside those of every server.</summary>
public static class CanaryPaths
{
    /// <summary>POST a <see cref="GivenOrder"/>; the answer is an <see cref="OrderAnswer"/>. What becomes of it stands in the journal.</summary>
    public const string Order = "order";
}

/// <summary>What a worker says to an order.</summary>
/// <param name="Refusal">Why it does not follow it; nothing when it does.</param>
public sealed record OrderAnswer(string? Refusal);

/// <summary>How the messages are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GivenOrder))]
[JsonSerializable(typeof(OrderAnswer))]
public sealed partial class CanaryJson : JsonSerializerContext;
