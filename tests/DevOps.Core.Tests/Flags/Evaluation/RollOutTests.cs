using System.Text;
using System.Text.Json;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Evaluation;
using DevOps.Model;

namespace DevOps.Core.Tests.Flags.Evaluation;

public sealed class RollOutTests
{
    [Theory]
    [InlineData("headerColorfoo@foo.com", 3455740957u)]
    [InlineData("headerColorrachel@faas.com", 1805633606u)]
    [InlineData("headerColormonica@faas.com", 3314683759u)]
    [InlineData("", 0u)]
    [InlineData("a", 0x3c2569b2u)]
    [InlineData("ab", 0x9bbfd75fu)]
    [InlineData("abc", 0xb3dd93fau)]
    public void A_user_is_hashed_as_flagd_does(string text, uint hash) => Assert.Equal(hash, MurmurHash3.Hash(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_growing_share_keeps_everybody_whom_it_had()
    {
        FlagContext[] users = [.. Enumerable.Range(0, 2_000).Select(user => FlagContext.Of($"user-{user}"))];
        HashSet<FlagContext> had = [];
        foreach (var percentage in new[] { 1, 5, 20, 33, 50, 99, 100 })
        {
            var flag = At(percentage);
            HashSet<FlagContext> on = [.. users.Where(user => flag.Evaluate(user).Variant!.Name == "on")];
            Assert.Superset(had, on);
            had = on;
        }

        Assert.Equal(users.Length, had.Count);
    }

    [Fact]
    public void A_share_gets_about_as_many_as_it_says()
    {
        var flag = At(20);
        Assert.InRange(Enumerable.Range(0, 10_000).Count(user => flag.Evaluate(FlagContext.Of($"user-{user}")).Variant!.Name == "on"), 1_850, 2_150);
    }

    [Fact]
    public void Two_flags_spread_the_same_users_differently()
    {
        var (one, other) = (At(50, "one"), At(50, "other"));
        var same = Enumerable.Range(0, 1_000).Select(user => FlagContext.Of($"user-{user}")).Count(user => one.Evaluate(user).Variant!.Name == other.Evaluate(user).Variant!.Name);
        Assert.InRange(same, 400, 600);
    }

    [Fact]
    public void Who_says_not_who_he_is_gets_the_default()
    {
        var resolution = At(99).Evaluate(FlagContext.Empty);
        Assert.Equal((FeatureFlagReason.Default, "off"), (resolution.Reason, resolution.Variant!.Name));
    }

    [Fact]
    public void An_evaluation_allocates_nothing()
    {
        var flag = At(50);
        var context = FlagContext.Of("user-1");
        flag.Evaluate(context);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 1_000; count++) flag.Evaluate(context);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_name_that_is_longer_than_what_fits_on_the_stack_is_hashed_too()
    {
        var flag = At(100);
        Assert.Equal("on", flag.Evaluate(FlagContext.Of(new string('ü', 100_000))).Variant!.Name);
    }

    private static CompiledFlag At(int percentage, string name = "flag")
    {
        using var rule = JsonDocument.Parse($$"""{"fractional":[["on",{{percentage}}],["off",{{100 - percentage}}]]}""");
        using var values = JsonDocument.Parse("[true,false]");
        return new CompiledFlag(new FlagDefinition
        {
            Name = name,
            Variants = [new FlagVariant("on", values.RootElement[0].Clone()), new FlagVariant("off", values.RootElement[1].Clone())],
            DefaultVariant = "off",
            Targeting = rule.RootElement.Clone(),
        });
    }
}
