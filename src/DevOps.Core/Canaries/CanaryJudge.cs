using System.Globalization;
using DevOps.Core.Canaries.Statistics;
using DevOps.Model;

namespace DevOps.Core.Canaries;

/// <summary>
/// Judges a canary against production over the same time by three tests, each of which holds against the canary only what
/// chance does not explain. docs/canary-release.md has the formulas and says what the numbers mean.
/// </summary>
/// <param name="limits">What it is judged by.</param>
public sealed class CanaryJudge(CanaryLimits limits)
{
    private sealed record Numbers(double ErrorPValue, double LowerBound, double LatencyPValue, double Significance);

    /// <summary>Judges.</summary>
    /// <param name="window">What was counted.</param>
    /// <param name="step">Which step of the release it is about, from 1 on.</param>
    /// <param name="share">How many of 100 requests went to the canary.</param>
    /// <param name="significance">The risk of a false alarm that each test may take.</param>
    /// <param name="isFinal">Whether it ends the step: only then can the canary pass.</param>
    /// <returns>The judgement. Too few requests on either side are inconclusive, whatever became of them.</returns>
    public CanaryJudgement Judge(CanaryWindow window, int step, int share, double significance, bool isFinal)
    {
        var (canary, production) = (window.Canary, window.Production);
        var numbers = new Numbers(
            FisherExactTest.PValue(canary.Errors, canary.Requests, production.Errors, production.Requests),
            canary.Requests == 0 ? 0 : ClopperPearson.LowerBound(canary.Errors, canary.Requests, significance),
            MannWhitneyTest.PValue(canary.Latencies, production.Latencies, limits.MaxLatencyRatio),
            significance);
        var missing = Missing(canary) + Missing(production);
        var (verdict, reason) = missing > 0 ? (CanaryVerdict.Inconclusive, TooFew(window)) : Decide(window, numbers, isFinal);
        return new CanaryJudgement(
            step,
            share,
            verdict,
            reason,
            isFinal,
            window.From,
            window.To,
            canary.ToSample(),
            production.ToSample(),
            numbers.ErrorPValue,
            numbers.LowerBound,
            numbers.LatencyPValue,
            significance,
            missing);
    }

    private static string Errors(SideCounts side, string whose) =>
        string.Create(CultureInfo.InvariantCulture, $"{side.Errors:N0} of {side.Requests:N0} requests to {whose} failed ({side.ToSample().ErrorRate:0.##%})");

    private static string Milliseconds(TimeSpan? time) => string.Create(CultureInfo.InvariantCulture, $"{time?.TotalMilliseconds ?? 0:0.#} ms");

    private static string Medians(CanaryWindow window) =>
        $"half of the canary's answers began within {Milliseconds(window.Canary.ToSample().LatencyP50)}, of production's within {Milliseconds(window.Production.ToSample().LatencyP50)}";

    private (CanaryVerdict Verdict, string Reason) Decide(CanaryWindow window, Numbers numbers, bool isFinal)
    {
        var errors = $"{Errors(window.Canary, "the canary")}, {Errors(window.Production, "production")}";
        if (numbers.ErrorPValue < numbers.Significance)
        {
            return (CanaryVerdict.Failed, string.Create(CultureInfo.InvariantCulture, $"{errors}: chance alone does so with a probability of {numbers.ErrorPValue:G3} (limit {numbers.Significance:G3})"));
        }

        if (numbers.LowerBound > limits.MaxErrorRate)
        {
            return (CanaryVerdict.Failed, string.Create(CultureInfo.InvariantCulture, $"{Errors(window.Canary, "the canary")}: that is at least {numbers.LowerBound:0.##%} with chance allowed for, and {limits.MaxErrorRate:0.##%} may be"));
        }

        if (numbers.LatencyPValue < numbers.Significance)
        {
            return (CanaryVerdict.Failed, string.Create(
                CultureInfo.InvariantCulture,
                $"the canary is more than {limits.MaxLatencyRatio:0.##} times as slow as production ({Medians(window)}): chance alone does so with a probability of {numbers.LatencyPValue:G3} (limit {numbers.Significance:G3})"));
        }

        return isFinal
            ? (CanaryVerdict.Passed, $"{errors}; {Medians(window)}")
            : (CanaryVerdict.Inconclusive, $"nothing against the canary so far: {errors}; {Medians(window)}");
    }

    private long Missing(SideCounts side) => Math.Max(0, limits.MinimumRequests - side.Requests);

    private string TooFew(CanaryWindow window)
    {
        string Say(SideCounts side, string whose) => string.Create(CultureInfo.InvariantCulture, $"{Missing(side):N0} more to {whose}");
        string[] missing =
        [
            .. Missing(window.Canary) > 0 ? [Say(window.Canary, "the canary")] : Array.Empty<string>(),
            .. Missing(window.Production) > 0 ? [Say(window.Production, "production")] : Array.Empty<string>(),
        ];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"too few requests: {string.Join(" and ", missing)} are needed for the {limits.MinimumRequests:N0} each ({Errors(window.Canary, "the canary")}, {Errors(window.Production, "production")})");
    }
}
