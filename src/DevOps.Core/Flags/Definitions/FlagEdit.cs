using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DevOps.Model;

namespace DevOps.Core.Flags.Definitions;

/// <summary>What somebody wants a flag to be. What is not said stays as it is.</summary>
public sealed record FlagEdit
{
    private const string On = "on";

    private const string Off = "off";

    // The variant of a flag that has one value.
    private const string Only = "value";

    private const int MaximalDigits = 4;

    /// <summary>The value for everybody, or for the share of <see cref="Percentage"/>, as it was typed; nothing when it stays.</summary>
    public string? Value { get; init; }

    /// <summary>The type; nothing for that of the flag, or what the value looks like.</summary>
    public FeatureFlagType? Type { get; init; }

    /// <summary>The share of users, from 0 to 100, who get the value of a Boolean flag; the others get the opposite.</summary>
    public decimal? Percentage { get; init; }

    /// <summary>The variants; nothing when they stay.</summary>
    public IReadOnlyList<FlagVariant>? Variants { get; init; }

    /// <summary>The shares of users by variant, in whole numbers; nothing when they stay.</summary>
    public IReadOnlyList<(string Variant, int Weight)>? Weights { get; init; }

    /// <summary>The variant of those for whom the rule chooses none.</summary>
    public string? DefaultVariant { get; init; }

    /// <summary>The rule, as JsonLogic.</summary>
    public JsonElement? Targeting { get; init; }

    /// <summary>Whether it is evaluated.</summary>
    public bool? IsEnabled { get; init; }

    /// <summary>Whether the flag may get another type.</summary>
    public bool ChangesType { get; init; }

    /// <summary>Makes the flag.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="before">What it is; nothing when it is new.</param>
    /// <returns>What it is to be.</returns>
    /// <exception cref="DevOpsException">It cannot be made so; the id says why.</exception>
    public FlagDefinition Apply(string name, FlagDefinition? before)
    {
        if ((Percentage is not null || Weights is not null) && Targeting is not null) throw FlagRules.Invalid(name, "a percentage and targeting were given, and each says who gets what; a rule can hold shares itself ({\"fractional\":[…]})");
        var flag = WithVariants(name, before);
        flag = flag with { IsEnabled = IsEnabled ?? flag.IsEnabled, DefaultVariant = DefaultVariant ?? flag.DefaultVariant };
        flag = Percentage is { } percentage ? Split(flag, percentage) : flag with { Targeting = Rule(flag) };
        return FlagRules.Check(Replace(before, flag, ChangesType));
    }

    /// <summary>Puts a definition in the place of another.</summary>
    /// <param name="before">What it is; nothing when it is new.</param>
    /// <param name="after">What it is to be.</param>
    /// <param name="changesType">Whether it may get another type.</param>
    /// <returns>What it is to be.</returns>
    /// <exception cref="DevOpsException">It would get another type (<c>FeatureFlagTypeConflict</c>).</exception>
    public static FlagDefinition Replace(FlagDefinition? before, FlagDefinition after, bool changesType) =>
        before is null || before.Type == after.Type || changesType ? after : throw TypeConflict(after.Name, before.Type, after.Type);

    private static JsonElement Of(bool value) => JsonSerializer.SerializeToElement(value, FlagJson.Default.Boolean);

    private static DevOpsException TypeConflict(string name, FeatureFlagType had, FeatureFlagType wanted) => new(
        "FeatureFlagTypeConflict",
        FailureKind.Conflict,
        $"The feature flag '{FlagText.Short(name)}' is of the type {had}; this would make it {wanted}, which the applications that read it may not expect.",
        $"Give {FlagRules.NameOf(had)}, or change the type with -Type {wanted} -Force.",
        name);

    private static JsonElement Shares(IEnumerable<(string Variant, int Weight)> weights)
    {
        var shares = new JsonArray([.. weights.Select(share => (JsonNode)new JsonArray(JsonValue.Create(share.Variant), JsonValue.Create(share.Weight)))]);
        return JsonSerializer.SerializeToElement(new JsonObject { ["fractional"] = shares }, FlagJson.Default.JsonNode);
    }

    private FlagDefinition WithVariants(string name, FlagDefinition? before)
    {
        if (Variants is not null)
        {
            if (Value is not null) throw FlagRules.Invalid(name, "a value and variants were given; the default of variants is named with -DefaultVariant");
            var kept = DefaultVariant ?? before?.DefaultVariant;
            var flag = before ?? new FlagDefinition { Name = name, Variants = [] };
            return flag with { Variants = Variants, DefaultVariant = Variants.Any(variant => variant.Name == kept) ? kept : null };
        }

        if (Value is null) return before ?? throw FlagRules.Invalid(name, "it is new, and neither a value nor variants were given");
        var value = FlagValues.Read(Value, Type ?? (ChangesType ? null : before?.Type));
        var type = FlagValues.TypeOf(value);
        if (before is null || before.Type != type)
        {
            return new FlagDefinition
            {
                Name = name,
                IsEnabled = before?.IsEnabled ?? true,
                Variants = type == FeatureFlagType.Boolean ? [new FlagVariant(On, Of(true)), new FlagVariant(Off, Of(false))] : [new FlagVariant(Only, value)],
                DefaultVariant = type != FeatureFlagType.Boolean ? Only : value.ValueKind == JsonValueKind.True ? On : Off,
                Metadata = before?.Metadata,
            };
        }

        // A value for everybody ends a roll-out: else those whom it chose would not get it.
        if (before.Variants.FirstOrDefault(variant => JsonElement.DeepEquals(variant.Value, value)) is { } same) return before with { DefaultVariant = same.Name, Targeting = null };
        return before.Variants.Count == 1
            ? before with { Variants = [before.Variants[0] with { Value = value }], DefaultVariant = before.Variants[0].Name, Targeting = null }
            : throw FlagRules.Invalid(name, $"none of its variants ({string.Join(", ", before.Variants.Select(variant => variant.Name))}) is {FlagText.Short(Value)}; give all variants with -Variant, or name one with -DefaultVariant");
    }

    private JsonElement? Rule(FlagDefinition flag)
    {
        if (Targeting is { } rule) return rule.ValueKind == JsonValueKind.Object && !rule.EnumerateObject().Any() ? null : rule;
        if (Weights is { } weights)
        {
            if (weights.FirstOrDefault(share => flag.Variant(share.Variant) is null).Variant is { } unknown) throw FlagRules.Invalid(flag.Name, $"its shares name '{unknown}', which is none of its variants ({string.Join(", ", flag.Variants.Select(variant => variant.Name))})");
            return Shares(weights);
        }

        return flag.Targeting;
    }

    // Who does not say who he is, is not of the share: his is the other value.
    private static FlagDefinition Split(FlagDefinition flag, decimal percentage)
    {
        if (flag.Type != FeatureFlagType.Boolean || flag.Variants.Count != 2 || flag.Default is null) throw FlagRules.Invalid(flag.Name, "a percentage needs a Boolean flag with two variants and a value; the shares of other variants are given as -Percentage @{ NAME = 30; OTHER = 70 }");
        if (percentage is < 0 or > 100 || percentage.Scale > MaximalDigits) throw FlagRules.Invalid(flag.Name, string.Create(CultureInfo.InvariantCulture, $"a percentage is from 0 to 100 with at most {MaximalDigits} digits behind the point, not {percentage}"));
        var chosen = flag.Default;
        var other = flag.Variants.First(variant => variant != chosen);

        // The same user stays on his side when the share grows, whatever the weights add up to.
        var scale = (int)Math.Pow(10, percentage.Scale);
        var weight = (int)(percentage * scale);
        return flag with { DefaultVariant = other.Name, Targeting = Shares([(chosen.Name, weight), (other.Name, (100 * scale) - weight)]) };
    }
}
