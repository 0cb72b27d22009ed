namespace DevOps.Model;

/// <summary>Why a flag has the value that it has: OpenFeature's reasons, as flagd uses them.</summary>
public enum FeatureFlagReason
{
    /// <summary>It is the same for all.</summary>
    Static,

    /// <summary>Its rule chose no variant, so that it is the default.</summary>
    Default,

    /// <summary>Its rule chose the variant.</summary>
    TargetingMatch,

    /// <summary>The flag is disabled, so that the application's own default counts.</summary>
    Disabled,

    /// <summary>It cannot be evaluated, so that the application's own default counts.</summary>
    Error,
}

/// <summary>What a flag is for somebody.</summary>
public sealed record FeatureFlagEvaluation
{
    /// <summary>The flag's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whom it was evaluated for; nothing when that was not said.</summary>
    public string? TargetingKey { get; set; }

    /// <summary>The value; nothing when the application's own default counts.</summary>
    public object? Value { get; set; }

    /// <summary>The variant.</summary>
    public string? Variant { get; set; }

    /// <summary>Why.</summary>
    public required FeatureFlagReason Reason { get; init; }

    /// <summary>What is wrong when the reason is an error.</summary>
    public string? Error { get; set; }

    /// <summary>The version of the flag that was evaluated.</summary>
    public long Version { get; set; }
}
