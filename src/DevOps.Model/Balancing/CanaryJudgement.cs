using System.Globalization;

namespace DevOps.Model;

/// <summary>What is thought of a canary.</summary>
public enum CanaryVerdict
{
    /// <summary>Nothing can be said: too few requests, or not enough of them yet.</summary>
    Inconclusive,

    /// <summary>By no test worse than production, with requests enough to say so.</summary>
    Passed,

    /// <summary>Worse than production, or than allowed, beyond chance.</summary>
    Failed,
}

/// <summary>What was counted of one side while a canary was watched.</summary>
/// <param name="Requests">How often it was asked.</param>
/// <param name="Errors">How many of those requests it failed: no connection, a broken answer, no answer in time, or a 5xx.</param>
/// <param name="LatencyP50">Half of its answers began within this time; nothing before the first one.</param>
/// <param name="LatencyP95">95 of 100 answers began within this time.</param>
/// <param name="LatencyP99">99 of 100 answers began within this time.</param>
public sealed record CanarySample(long Requests, long Errors, TimeSpan? LatencyP50, TimeSpan? LatencyP95, TimeSpan? LatencyP99)
{
    /// <summary>The part of the requests that failed, 0 to 1.</summary>
    public double ErrorRate => Requests == 0 ? 0 : (double)Errors / Requests;

    /// <summary>The sample in one line.</summary>
    /// <returns>Such as <c>5/500 failed (1%), p50 10.2 ms, p99 31.5 ms</c>.</returns>
    public override string ToString()
    {
        var latencies = LatencyP50 is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", p50 {LatencyP50?.TotalMilliseconds:0.#} ms, p99 {LatencyP99?.TotalMilliseconds:0.#} ms");
        return string.Create(CultureInfo.InvariantCulture, $"{Errors}/{Requests} failed ({ErrorRate:0.##%}){latencies}");
    }
}

/// <summary>A canary judged against production over the same time.</summary>
/// <param name="Step">Which step of the release it is about, from 1 on.</param>
/// <param name="Share">How many of 100 requests went to the canary.</param>
/// <param name="Verdict">What is thought of it.</param>
/// <param name="Reason">Why, in words and numbers.</param>
/// <param name="IsFinal">Whether it ends the step; otherwise it is a look before the end.</param>
/// <param name="From">From when the requests were counted.</param>
/// <param name="To">Until when.</param>
/// <param name="Canary">What was counted of the canary.</param>
/// <param name="Production">What was counted of production.</param>
/// <param name="ErrorPValue">How likely chance alone makes at least so many of the errors the canary's (Fisher's exact test).</param>
/// <param name="ErrorRateLowerBound">What part of all requests the canary fails at least, with chance allowed for (Clopper and Pearson).</param>
/// <param name="LatencyPValue">How likely chance alone makes the canary's answers so much slower than production's times the ratio allowed (Mann and Whitney).</param>
/// <param name="Significance">Below which a p-value is held against the canary; it is the risk that each test may take at this look.</param>
/// <param name="MissingRequests">How many requests are missing, to the canary and to production together, before anything is said.</param>
public sealed record CanaryJudgement(
    int Step,
    int Share,
    CanaryVerdict Verdict,
    string Reason,
    bool IsFinal,
    DateTimeOffset From,
    DateTimeOffset To,
    CanarySample Canary,
    CanarySample Production,
    double ErrorPValue,
    double ErrorRateLowerBound,
    double LatencyPValue,
    double Significance,
    long MissingRequests);
