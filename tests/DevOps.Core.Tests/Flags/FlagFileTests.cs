using DevOps.Core.Flags.Definitions;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Flags;

public sealed class FlagFileTests
{
    [Fact]
    public void What_was_written_is_read_again()
    {
        const string file = """
            {
              "$schema": "https://flagd.dev/schema/v0/flags.json",
              "flags": {
                "greeting": {
                  "state": "DISABLED",
                  "variants": {
                    "short": "hi",
                    "long": "good morning"
                  },
                  "defaultVariant": "short",
                  "targeting": {
                    "if": [
                      true,
                      "long",
                      null
                    ]
                  },
                  "metadata": {
                    "owner": "shop"
                  }
                }
              }
            }
            """;
        Assert.Equal(file, FlagFile.Write(FlagFile.Read(file, "flags.json")));
    }

    [Fact]
    public void Shared_rules_are_put_in_where_they_are_referred_to()
    {
        var flag = Read("""{"$evaluators":{"beta":{"var":"beta"}},"flags":{"f":{"state":"ENABLED","variants":{"on":true},"targeting":{"if":[{"$ref":"beta"},"on",null]}}}}""");
        Assert.Equal("""{"if":[{"var":"beta"},"on",null]}""", flag.Targeting!.Value.GetRawText());
    }

    [Fact]
    public void Comments_and_a_comma_too_many_are_no_errors() =>
        Assert.True(Read("""{"flags":{"f":{"state":"ENABLED",/* yes */"variants":{"on":true,},"defaultVariant":"on"}}}""").IsEnabled);

    [Theory]
    [InlineData("[]", "FeatureFlagFileInvalid", "it has no object 'flags'")]
    [InlineData("{", "FeatureFlagFileInvalid", "is no file of flagd's format")]
    [InlineData("""{"flags":{"f":1}}""", "FeatureFlagInvalid", "its definition is no object")]
    [InlineData("""{"flags":{"f":{"state":"ENABLED"}}}""", "FeatureFlagInvalid", "it has no object 'variants'")]
    [InlineData("""{"flags":{"f":{"variants":{"on":true}}}}""", "FeatureFlagInvalid", "it has no 'state'")]
    [InlineData("""{"flags":{"f":{"state":"ON","variants":{"on":true}}}}""", "FeatureFlagInvalid", "neither 'ENABLED' nor 'DISABLED'")]
    [InlineData("""{"flags":{"f":{"state":"ENABLED","variants":{}}}}""", "FeatureFlagInvalid", "it has no variants")]
    [InlineData("""{"flags":{"f":{"state":"ENABLED","variants":{"on":null}}}}""", "FeatureFlagInvalid", "its variant 'on' has no value")]
    [InlineData("""{"flags":{"f":{"state":"ENABLED","variants":{"on":true,"off":"no"}}}}""", "FeatureFlagInvalid", "'on' is a Boolean, 'off' is a String")]
    [InlineData("""{"flags":{"f":{"state":"ENABLED","variants":{"on":true},"defaultVariant":"off"}}}""", "FeatureFlagInvalid", "'off' is none of its variants (on)")]
    [InlineData("""{"flags":{"f":{"state":"ENABLED","variants":{"on":true},"defaultVariant":1}}}""", "FeatureFlagInvalid", "its 'defaultVariant' is no text")]
    [InlineData("""{"flags":{"f":{"state":"ENABLED","variants":{"on":true},"targeting":[]}}}""", "FeatureFlagInvalid", "its targeting is no JSON object")]
    [InlineData("""{"flags":{"f":{"state":"ENABLED","variants":{"on":true},"targeting":{"frobnicate":[1]}}}}""", "FeatureFlagInvalid", "there is no operation 'frobnicate'")]
    [InlineData("""{"flags":{"f":{"state":"ENABLED","variants":{"on":true},"targeting":{"if":[{"$ref":"x"},"on"]}}}}""", "FeatureFlagInvalid", "refers to 'x'")]
    [InlineData("""{"$evaluators":{"x":{"$ref":"x"}},"flags":{"f":{"state":"ENABLED","variants":{"on":true},"targeting":{"$ref":"x"}}}}""", "FeatureFlagInvalid", "leads in a circle")]
    [InlineData("""{"flags":{"ff:version":{"state":"ENABLED","variants":{"on":true}}}}""", "FeatureFlagNameInvalid", "the store's own")]
    [InlineData("""{"flags":{"":{"state":"ENABLED","variants":{"on":true}}}}""", "FeatureFlagNameInvalid", "it is empty")]
    [InlineData("""{"flags":{"a\nb":{"state":"ENABLED","variants":{"on":true}}}}""", "FeatureFlagNameInvalid", "control character")]
    public void What_cannot_be_right_is_refused_with_the_reason(string file, string id, string why) =>
        Assert.Contains(why, Failing.With(id, () => FlagFile.Read(file, "flags.json")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("true", null, FeatureFlagType.Boolean, true)]
    [InlineData("False", null, FeatureFlagType.Boolean, false)]
    [InlineData("true", FeatureFlagType.String, FeatureFlagType.String, "true")]
    [InlineData("5", null, FeatureFlagType.String, "5")]
    [InlineData("5", FeatureFlagType.Number, FeatureFlagType.Number, 5L)]
    [InlineData("0.25", FeatureFlagType.Number, FeatureFlagType.Number, 0.25)]
    [InlineData("[1, 2]", FeatureFlagType.Json, FeatureFlagType.Json, "[1, 2]")]
    public void What_was_typed_is_a_Boolean_or_text_unless_the_type_is_said(string text, FeatureFlagType? type, FeatureFlagType expected, object value)
    {
        var read = FlagValues.Read(text, type);
        Assert.Equal((expected, value), (FlagValues.TypeOf(read), FlagValues.Show(read)));
    }

    [Theory]
    [InlineData("yes", FeatureFlagType.Boolean)]
    [InlineData("five", FeatureFlagType.Number)]
    [InlineData("NaN", FeatureFlagType.Number)]
    [InlineData("{", FeatureFlagType.Json)]
    [InlineData("5", FeatureFlagType.Json)]
    public void What_is_not_of_the_type_is_refused(string text, FeatureFlagType type) => Failing.With("FeatureFlagValueInvalid", () => FlagValues.Read(text, type));

    private static FlagDefinition Read(string file) => Assert.Single(FlagFile.Read(file, "flags.json"));
}
