using DevOps.Core.Flags.Definitions;
using DevOps.Model;

namespace DevOps.Core.Flags.Evaluation;

/// <summary>What an evaluation came to.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Variant">The variant; nothing when the application's own default counts.</param>
/// <param name="Error">What is wrong when the reason is an error.</param>
public readonly record struct FlagResolution(FeatureFlagReason Reason, FlagVariant? Variant, FlagError Error = FlagError.None);

/// <summary>What can be wrong with an evaluation: OpenFeature's error codes, as far as a flag's definition can cause them.</summary>
public enum FlagError
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is no flag of that name.</summary>
    FlagNotFound,

    /// <summary>Its rule cannot be read.</summary>
    ParseError,

    /// <summary>Its rule chose something that is none of its variants.</summary>
    General,
}
