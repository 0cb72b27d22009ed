using DevOps.Model;

namespace DevOps.Core.Canaries.Releases;

/// <summary>How a canary release goes about its work.</summary>
public sealed record CanaryPlan
{
    /// <summary>The balancer that divides the requests.</summary>
    public required string Balancer { get; init; }

    /// <summary>How many of 100 requests go to the canaries in each step, rising.</summary>
    public required IReadOnlyList<int> Steps { get; init; }

    /// <summary>How long each step lasts at least.</summary>
    public required TimeSpan StepTime { get; init; }

    /// <summary>How long a step may last until there are requests enough.</summary>
    public required TimeSpan MaxWait { get; init; }

    /// <summary>
    /// How long the balancer may not answer before the release is suspended: one that is restarted or hands over is away for
    /// a moment. It can be set, so that a plan without it, of an older version, has the default.
    /// </summary>
    public TimeSpan LongestSilence { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>What the canaries are judged by.</summary>
    public required CanaryLimits Limits { get; init; }

    /// <summary>What happens when there are too few requests in that time.</summary>
    public required InconclusivePolicy OnInconclusive { get; init; }

    /// <summary>Refuses a plan that cannot work.</summary>
    /// <exception cref="DevOpsException"><c>CanaryStepsInvalid</c>, <c>CanaryTimesInvalid</c>.</exception>
    public void Check()
    {
        var isRising = Steps.Zip(Steps.Skip(1)).All(pair => pair.First < pair.Second);
        if (Steps.Count == 0 || !isRising || Steps[0] < 1 || Steps[^1] > 99)
        {
            throw new DevOpsException(
                "CanaryStepsInvalid",
                FailureKind.InvalidInput,
                $"The steps {string.Join(", ", Steps)} cannot be taken: each is a part of 100 requests, from 1 to 99, and more than the one before it.",
                "Give rising parts, such as -Step 5, 20, 33, 50.",
                Steps);
        }

        if (StepTime < TimeSpan.Zero || MaxWait < StepTime)
        {
            throw new DevOpsException(
                "CanaryTimesInvalid",
                FailureKind.InvalidInput,
                $"A step that lasts {StepTime.TotalSeconds:0.###} s at least cannot end within {MaxWait.TotalSeconds:0.###} s.",
                "Give a longer -MaxWait, or a shorter -StepTime.",
                MaxWait);
        }
    }
}
