using DevOps.Core.Balancing;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Canaries;

public sealed class SplitWeightsTests
{
    [Theory]
    [InlineData("2", "1", 5, "19", "1")]
    [InlineData("2", "1", 33, "67", "33")]
    [InlineData("2", "1", 50, "1", "1")]
    [InlineData("2", "1", 99, "1", "99")]
    [InlineData("1 1", "1", 20, "2 2", "1")]
    [InlineData("1 3", "1", 20, "1 3", "1")]
    [InlineData("2 2", "1 1", 50, "1 1", "1 1")]
    [InlineData("1 0", "1", 50, "1 0", "1")]
    [InlineData("2", "0", 50, "1", "1")]
    [InlineData("2", "0 0", 50, "2", "1 1")]
    public void A_part_of_100_becomes_exact_weights_that_keep_what_each_had_of_its_roles_share(string production, string canary, int share, string newProduction, string newCanary)
    {
        var settings = Settings(production, canary);

        var weights = SplitWeights.Apply(settings, BalancerBefore.Of(settings), share);

        Assert.Equal($"{newProduction} | {newCanary}", Describe(weights));
    }

    [Fact]
    public void A_part_is_one_of_what_was_before_the_release_and_not_of_the_step_before()
    {
        var settings = Settings("1 3", "1");
        var before = BalancerBefore.Of(settings);

        for (var share = 1; share <= 99; share++)
        {
            var weights = SplitWeights.Apply(settings, before, share);
            var canary = weights.Where(backend => backend.Role == ApplicationRole.Canary).Sum(backend => backend.Weight);

            Assert.Equal(share, 100.0 * canary / weights.Sum(backend => backend.Weight), tolerance: 1e-9);
            Assert.Equal(weights[0].Weight * 3, weights[1].Weight);
            settings = settings with { Backends = weights };
        }
    }

    [Fact]
    public void Weights_that_would_become_too_large_are_rounded_and_none_to_nothing()
    {
        var settings = Settings("997 1", "991");

        var weights = SplitWeights.Apply(settings, BalancerBefore.Of(settings), 33);

        Assert.All(weights, backend => Assert.InRange(backend.Weight, 1, 1_000));
        Assert.Equal(33, 100.0 * weights[2].Weight / weights.Sum(backend => backend.Weight), tolerance: 0.1);
    }

    [Fact]
    public void Without_a_canary_there_is_nothing_to_give_a_part_to()
    {
        var settings = Settings("1", string.Empty);

        Failing.With("BalancerRoleMissing", () => SplitWeights.Apply(settings, BalancerBefore.Of(settings), 5));
    }

    [Fact]
    public void What_was_before_comes_back_and_backends_that_came_since_keep_what_they_have()
    {
        var settings = Settings("2", "1");
        var before = BalancerBefore.Of(settings);
        var changed = settings with
        {
            EjectsFailingCanary = false,
            Port = 8080,
            Backends = [.. SplitWeights.Apply(settings, before, 50), new BackendSettings { Name = "new", Uri = new Uri("http://192.0.2.9"), Role = ApplicationRole.Production, Weight = 7 }],
        };

        var restored = before.Restore(changed);

        Assert.Equal("2 7 | 1", Describe(restored.Backends));
        Assert.Equal((true, 8080), (restored.EjectsFailingCanary, restored.Port));
    }

    private static BalancerSettings Settings(string production, string canary) => new() { Name = "app", Backends = [.. Backends(production, ApplicationRole.Production), .. Backends(canary, ApplicationRole.Canary)] };

    private static IEnumerable<BackendSettings> Backends(string weights, ApplicationRole role) => weights.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select((weight, index) => new BackendSettings { Name = $"{role}-{index}", Uri = new Uri($"http://192.0.2.{(role == ApplicationRole.Canary ? 100 : 1) + index}"), Role = role, Weight = int.Parse(weight) });

    private static string Describe(IReadOnlyList<BackendSettings> backends)
    {
        string Of(ApplicationRole role) => string.Join(' ', backends.Where(backend => backend.Role == role).Select(backend => backend.Weight));
        return $"{Of(ApplicationRole.Production)} | {Of(ApplicationRole.Canary)}";
    }
}
