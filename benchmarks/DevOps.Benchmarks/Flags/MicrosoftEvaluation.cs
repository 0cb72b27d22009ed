using Microsoft.Extensions.Configuration;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace DevOps.Benchmarks.Flags;

/// <summary>Microsoft.FeatureManagement, with its targeting filter for the flag that half of the users have.</summary>
internal static class MicrosoftEvaluation
{
    /// <summary>Measures.</summary>
    /// <param name="kind">Which flag.</param>
    /// <param name="window">How long.</param>
    /// <returns>Evaluations a second.</returns>
    public static Task<double> MeasureAsync(string kind, TimeSpan window)
    {
        var settings = new Dictionary<string, string?> { ["FeatureManagement:flag"] = "true" };
        if (kind == Evaluations.RollOut)
        {
            settings.Clear();
            settings["FeatureManagement:flag:EnabledFor:0:Name"] = "Microsoft.Targeting";
            settings["FeatureManagement:flag:EnabledFor:0:Parameters:Audience:DefaultRolloutPercentage"] = "50";
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var manager = new FeatureManager(new ConfigurationFeatureDefinitionProvider(configuration)) { FeatureFilters = [new ContextualTargetingFilter()] };
        TargetingContext[] users = [.. Enumerable.Range(0, Evaluations.Users).Select(number => new TargetingContext { UserId = Evaluations.User(number) })];
        return Evaluations.MeasureAsync(kind, window, async batch =>
        {
            var on = 0;
            for (var number = 0; number < batch; number++)
            {
                if (await manager.IsEnabledAsync("flag", users[number & (Evaluations.Users - 1)])) on++;
            }

            return on;
        });
    }
}
