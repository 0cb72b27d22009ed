namespace DevOps.Model;

/// <summary>What was done to a flag.</summary>
public enum FeatureFlagChangeKind
{
    /// <summary>It is new.</summary>
    Created,

    /// <summary>It is another.</summary>
    Changed,

    /// <summary>It is gone.</summary>
    Removed,
}

/// <summary>A change of a feature flag.</summary>
public sealed record FeatureFlagChange
{
    /// <summary>The flag's name.</summary>
    public required string Name { get; init; }

    /// <summary>What was done.</summary>
    public required FeatureFlagChangeKind Kind { get; init; }

    /// <summary>What it was before, in short; nothing when it was not there.</summary>
    public string? From { get; set; }

    /// <summary>What it is now, in short; nothing when it is gone.</summary>
    public string? To { get; set; }

    /// <summary>Who did it; <c>external</c> when its plain key was changed by another program.</summary>
    public required string By { get; init; }

    /// <summary>Why, when that was said.</summary>
    public string? Reason { get; set; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The version of the flag after it.</summary>
    public required long Version { get; init; }
}
