using System.Text.Json;
using DevOps.Core.Flags.Evaluation.Logic;

namespace DevOps.Core.Flags.Evaluation;

/// <summary>Whom, or what, a flag is evaluated for: the evaluation context of OpenFeature.</summary>
public sealed class FlagContext
{
    /// <summary>The attribute that says who it is, so that he stays on his side of a roll-out.</summary>
    public const string TargetingKeyName = "targetingKey";

    private readonly Dictionary<string, LogicValue> _attributes;

    private FlagContext(Dictionary<string, LogicValue> attributes)
    {
        _attributes = attributes;
        TargetingKey = attributes.TryGetValue(TargetingKeyName, out var key) && key.Kind == LogicKind.String && key.Text.Length > 0 ? key.Text : null;
    }

    /// <summary>Nobody in particular.</summary>
    public static FlagContext Empty { get; } = new([]);

    /// <summary>Who it is; nothing when that is not said.</summary>
    public string? TargetingKey { get; }

    /// <summary>All attributes, as rules see them.</summary>
    internal LogicValue Attributes => LogicValue.Of(_attributes);

    /// <summary>Makes a context that says no more than who it is.</summary>
    /// <param name="targetingKey">Who it is.</param>
    /// <returns>The context.</returns>
    public static FlagContext Of(string targetingKey) => new(new Dictionary<string, LogicValue>(StringComparer.Ordinal) { [TargetingKeyName] = LogicValue.Of(targetingKey) });

    /// <summary>Makes a context of a JSON object, such as a request's.</summary>
    /// <param name="attributes">The object: <c>{"targetingKey":"u1","country":"NO"}</c>.</param>
    /// <returns>The context.</returns>
    /// <exception cref="DevOpsException">It is no object (<c>FeatureFlagContextInvalid</c>).</exception>
    public static FlagContext Of(JsonElement attributes)
    {
        if (attributes.ValueKind != JsonValueKind.Object) throw Invalid($"it is JSON of the kind {attributes.ValueKind}");
        var members = new Dictionary<string, LogicValue>(StringComparer.Ordinal);
        foreach (var member in attributes.EnumerateObject()) members[member.Name] = LogicValue.Of(member.Value);
        return new FlagContext(members);
    }

    private static DevOpsException Invalid(string why) => new(
        "FeatureFlagContextInvalid",
        FailureKind.InvalidInput,
        $"The context has to be an object of names and values, but {why}.",
        "Give it as @{ targetingKey = 'user-1'; country = 'NO' }.");
}
