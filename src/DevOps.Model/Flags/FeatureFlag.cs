using System.Diagnostics.CodeAnalysis;

namespace DevOps.Model;

/// <summary>What kind of values a feature flag has.</summary>
public enum FeatureFlagType
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A text.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "It is what the type of a flag is called in OpenFeature.")]
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An object or an array.</summary>
    Json,
}

/// <summary>A feature flag, as it is on its server.</summary>
public sealed record FeatureFlag
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of values it has.</summary>
    public required FeatureFlagType Type { get; init; }

    /// <summary>Whether it is evaluated at all; applications use their own default when it is not.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>What it is for everybody whom no rule gives another variant: a Boolean, a text, a number, or JSON as text. Nothing when it has no default variant.</summary>
    public object? Value { get; set; }

    /// <summary>The variant that <see cref="Value"/> is of.</summary>
    public string? DefaultVariant { get; set; }

    /// <summary>Its variants by their names: Booleans, texts, numbers, or JSON as text.</summary>
    public required IReadOnlyDictionary<string, object> Variants { get; init; }

    /// <summary>The rule that chooses a variant, as JsonLogic; nothing when all get the default.</summary>
    public string? Targeting { get; set; }

    /// <summary>The rule in short, such as <c>on 20 %, off 80 %</c>; what has no short form is as in <see cref="Targeting"/>.</summary>
    public string? Rule { get; set; }

    /// <summary>Grows with each change of any flag of the server.</summary>
    public required long Version { get; init; }

    /// <summary>When it was changed last.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Who changed it last; <c>external</c> when its plain key was changed by another program.</summary>
    public required string ChangedBy { get; init; }

    /// <summary>The server that it is on.</summary>
    public required string Server { get; init; }

    /// <summary>Names the flag.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
