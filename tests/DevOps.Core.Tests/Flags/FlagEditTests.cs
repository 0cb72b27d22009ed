using System.Text.Json;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Evaluation;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Flags;

public sealed class FlagEditTests
{
    private static readonly FlagDefinition Feature = FlagBed.Boolean("f", false);

    private static readonly FlagDefinition Sizes = FlagBed.Of("size", """{"state":"ENABLED","variants":{"small":"S","large":"L"},"defaultVariant":"small"}""");

    [Theory]
    [InlineData("true", "on", "True")]
    [InlineData("false", "off", "False")]
    public void A_new_Boolean_has_two_variants(string value, string variant, string shown)
    {
        var flag = new FlagEdit { Value = value }.Apply("f", null);
        Assert.Equal((FeatureFlagType.Boolean, variant, shown), (flag.Type, flag.DefaultVariant, $"{FlagValues.Show(flag.Default!.Value)}"));
        Assert.Equal(["on", "off"], flag.Variants.Select(one => one.Name));
    }

    [Fact]
    public void A_value_takes_the_type_that_the_flag_has()
    {
        var number = new FlagEdit { Value = "5", Type = FeatureFlagType.Number }.Apply("limit", null);
        Assert.Equal(6L, FlagValues.Show(new FlagEdit { Value = "6" }.Apply("limit", number).Default!.Value));
    }

    [Theory]
    [InlineData("""{"fractional":[["on",20],["off",80]]}""", "on 20 %, off 80 %")]
    [InlineData("""{"fractional":[["on",1],["off",2]]}""", "on 33.3333 %, off 66.6667 %")]
    [InlineData("""{"fractional":[{"var":"email"},["on",1],["off",1]]}""", """{"fractional":[{"var":"email"},["on",1],["off",1]]}""")]
    [InlineData("""{"if":[{"var":"beta"},"on",null]}""", """{"if":[{"var":"beta"},"on",null]}""")]
    public void A_rule_of_shares_is_shown_as_such(string rule, string shown)
    {
        using var json = JsonDocument.Parse(rule);
        Assert.Equal(shown, FlagText.Rule(json.RootElement));
    }

    [Fact]
    public void Another_type_is_refused() => Failing.With("FeatureFlagTypeConflict", () => new FlagEdit { Value = "yes", Type = FeatureFlagType.String }.Apply("f", Feature));

    [Fact]
    public void Another_type_is_taken_when_that_is_said() =>
        Assert.Equal(FeatureFlagType.String, new FlagEdit { Value = "yes", Type = FeatureFlagType.String, ChangesType = true }.Apply("f", Feature).Type);

    [Fact]
    public void A_value_that_the_flags_type_does_not_know_is_refused() => Failing.With("FeatureFlagValueInvalid", () => new FlagEdit { Value = "yes" }.Apply("f", Feature));

    [Fact]
    public void A_flag_that_is_disabled_stays_so_when_its_value_changes() =>
        Assert.False(new FlagEdit { Value = "true" }.Apply("f", Feature with { IsEnabled = false }).IsEnabled);

    [Fact]
    public void A_value_for_everybody_ends_a_roll_out()
    {
        var rolling = new FlagEdit { Value = "true", Percentage = 20 }.Apply("f", Feature);
        Assert.NotNull(rolling.Targeting);
        var all = new FlagEdit { Value = "true" }.Apply("f", rolling);
        Assert.Equal(("on", (JsonElement?)null), (all.DefaultVariant, all.Targeting));
    }

    [Theory]
    [InlineData("25", """{"fractional":[["on",25],["off",75]]}""")]
    [InlineData("0.5", """{"fractional":[["on",5],["off",995]]}""")]
    [InlineData("100", """{"fractional":[["on",100],["off",0]]}""")]
    public void A_percentage_gets_the_value_and_all_others_the_opposite(string percentage, string rule)
    {
        var flag = new FlagEdit { Value = "true", Percentage = decimal.Parse(percentage, System.Globalization.CultureInfo.InvariantCulture) }.Apply("f", null);
        Assert.Equal((rule, "off"), (flag.Targeting!.Value.GetRawText(), flag.DefaultVariant));
    }

    [Fact]
    public void A_finer_percentage_keeps_everybody_whom_a_coarser_one_had()
    {
        CompiledFlag At(decimal percentage) => new(new FlagEdit { Value = "true", Percentage = percentage }.Apply("f", null));
        var (coarse, fine) = (At(12), At(12.25m));
        var users = Enumerable.Range(0, 5_000).Select(user => FlagContext.Of($"user-{user}")).ToArray();
        Assert.All(users.Where(user => coarse.Evaluate(user).Variant!.Name == "on"), user => Assert.Equal("on", fine.Evaluate(user).Variant!.Name));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("100.1")]
    [InlineData("0.00001")]
    public void A_percentage_that_is_none_is_refused(string percentage) =>
        Failing.With("FeatureFlagInvalid", () => new FlagEdit { Value = "true", Percentage = decimal.Parse(percentage, System.Globalization.CultureInfo.InvariantCulture) }.Apply("f", null));

    [Fact]
    public void A_percentage_of_texts_is_refused_with_what_to_give_instead() =>
        Assert.Contains("-Percentage @{", Failing.With("FeatureFlagInvalid", () => new FlagEdit { Percentage = 10 }.Apply("size", Sizes)).Message, StringComparison.Ordinal);

    [Fact]
    public void Shares_are_given_by_variant() =>
        Assert.Equal("""{"fractional":[["small",30],["large",70]]}""", new FlagEdit { Weights = [("small", 30), ("large", 70)] }.Apply("size", Sizes).Targeting!.Value.GetRawText());

    [Fact]
    public void Shares_of_a_variant_that_is_not_there_are_refused() => Failing.With("FeatureFlagInvalid", () => new FlagEdit { Weights = [("huge", 1)] }.Apply("size", Sizes));

    [Fact]
    public void A_value_that_is_a_variants_makes_it_the_default() => Assert.Equal("large", new FlagEdit { Value = "L" }.Apply("size", Sizes).DefaultVariant);

    [Fact]
    public void A_value_that_is_no_variants_is_refused() =>
        Assert.Contains("small, large", Failing.With("FeatureFlagInvalid", () => new FlagEdit { Value = "XL" }.Apply("size", Sizes)).Message, StringComparison.Ordinal);

    [Fact]
    public void New_variants_keep_the_default_when_it_is_among_them()
    {
        FlagVariant[] variants = [Sizes.Variants[0], new("huge", Sizes.Variants[1].Value)];
        Assert.Equal("small", new FlagEdit { Variants = variants }.Apply("size", Sizes).DefaultVariant);
    }

    [Fact]
    public void A_percentage_and_a_rule_contradict_each_other()
    {
        using var rule = JsonDocument.Parse("""{"var":"beta"}""");
        Failing.With("FeatureFlagInvalid", () => new FlagEdit { Value = "true", Percentage = 20, Targeting = rule.RootElement }.Apply("f", null));
    }

    [Fact]
    public void A_definition_that_is_too_long_is_refused() =>
        Assert.Contains("4,194,304 are the most", Failing.With("FeatureFlagInvalid", () => new FlagEdit { Value = new string('x', 5_000_000) }.Apply("f", null)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_empty_rule_ends_targeting()
    {
        using var empty = JsonDocument.Parse("{}");
        var rolling = new FlagEdit { Value = "true", Percentage = 20 }.Apply("f", null);
        Assert.Null(new FlagEdit { Targeting = empty.RootElement }.Apply("f", rolling).Targeting);
    }

    [Fact]
    public void Nothing_at_all_makes_no_new_flag() => Failing.With("FeatureFlagInvalid", () => new FlagEdit { IsEnabled = true }.Apply("f", null));

    [Fact]
    public void Disabling_changes_nothing_else() => Assert.Equal(Feature with { IsEnabled = false }, new FlagEdit { IsEnabled = false }.Apply("f", Feature));
}
