using System.Text.Json;
using DevOps.Model;

namespace DevOps.Core.Flags.Definitions;

/// <summary>What a flag is, as flagd defines it (https://flagd.dev/schema/v0/flags.json).</summary>
public sealed record FlagDefinition
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is evaluated.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Its variants, all of the same type, at least one.</summary>
    public required IReadOnlyList<FlagVariant> Variants { get; init; }

    /// <summary>The variant of those for whom the rule chooses none; nothing when the application's own default counts then.</summary>
    public string? DefaultVariant { get; init; }

    /// <summary>The rule, as JsonLogic; nothing when there is none.</summary>
    public JsonElement? Targeting { get; init; }

    /// <summary>What its owners note about it: an object of texts, numbers and Booleans; nothing when there is none.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>What kind of values it has.</summary>
    public FeatureFlagType Type => FlagValues.TypeOf(Variants[0].Value);

    /// <summary>The default variant; nothing when there is none.</summary>
    public FlagVariant? Default => DefaultVariant is null ? null : Variant(DefaultVariant);

    /// <summary>Finds a variant.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The variant; nothing when there is none of that name.</returns>
    public FlagVariant? Variant(string name) => Variants.FirstOrDefault(variant => variant.Name == name);
}
