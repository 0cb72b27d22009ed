using System.Globalization;
using DevOps.Core.Deployments.Journal;
using DevOps.Model;

namespace DevOps.Core.Canaries.Releases;

/// <summary>How a step ended.</summary>
internal abstract record StepEnd
{
    /// <summary>The canaries were judged.</summary>
    /// <param name="Judgement">The judgement.</param>
    internal sealed record Judged(CanaryJudgement Judgement) : StepEnd;

    /// <summary>Somebody gave an order.</summary>
    /// <param name="Given">The order.</param>
    internal sealed record Ordered(GivenOrder Given) : StepEnd;

    /// <summary>The balancer took a canary out because it failed.</summary>
    /// <param name="Cause">Why, in words.</param>
    internal sealed record CanaryDown(string Cause) : StepEnd;

    /// <summary>The balancer does not answer any more.</summary>
    internal sealed record BalancerGone : StepEnd;
}

/// <summary>
/// Watches the canaries for a step: judges them when the step's time is over and requests enough have come, and looks
/// before, each time that their requests have doubled, whether they are so bad that they need not be waited for.
/// </summary>
/// <param name="plan">How the release goes about its work.</param>
/// <param name="log">Where it is written down.</param>
/// <param name="eyes">Look at the balancer.</param>
/// <param name="orders">What somebody may tell it.</param>
/// <param name="time">The clock.</param>
internal sealed class CanaryWatch(CanaryPlan plan, CanaryLog log, BalancerEyes eyes, CanaryOrders orders, TimeProvider time)
{
    // Events come at once; this is how often counters are looked at, which raise none.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    // The balancer has to see a few good answers before it asks a canary again.
    private static readonly TimeSpan LongestReturn = TimeSpan.FromSeconds(30);

    private readonly CanaryJudge _judge = new(plan.Limits);
    private readonly AlphaBudget _budget = new(plan.Steps.Count);

    /// <summary>Waits until the balancer asks all canaries, which it does once its own checks have found them well.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Why it does not ask one; nothing when all is well.</returns>
    public async Task<string?> WaitForCanariesAsync(CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var look = await eyes.LookAsync(ct);
            if (look?.MissingCanary is not { } missing) return null;
            if (time.GetElapsedTime(began) >= LongestReturn) return Describe(missing.Name, missing.Cause);
            // The orders wait until there is something that they can be about.
            await Task.Delay(LookInterval, time, ct);
        }
    }

    /// <summary>Watches one step.</summary>
    /// <param name="step">Which, from 1 on.</param>
    /// <param name="ct">Ends the watch.</param>
    /// <returns>How it ended.</returns>
    public async Task<StepEnd> RunAsync(int step, CancellationToken ct)
    {
        log.Write(JournalEntryKind.Judging, Announce(step), new CanaryNote { Step = step, Share = plan.Steps[step - 1] });
        Count? count = null;
        BalancerLook? last = null;
        var seen = time.GetTimestamp();
        while (true)
        {
            if (orders.Take() is { } given) return new StepEnd.Ordered(given);
            var look = await eyes.LookAsync(ct);
            if (look is not null)
            {
                seen = time.GetTimestamp();
                if (look.FailedCanary is { } canary) return new StepEnd.CanaryDown(Describe(canary.Name, canary.Cause));
                count = Continue(count, look, step);
                if (Judge(count, look, step) is { } judgement) return new StepEnd.Judged(judgement);
            }
            else if (time.GetElapsedTime(seen) >= plan.LongestSilence)
            {
                return new StepEnd.BalancerGone();
            }

            last = look ?? last;
            await eyes.WaitAsync(look, LookInterval, orders, ct);
        }
    }

    private static string Describe(string canary, string? cause) =>
        $"the balancer does not ask {canary} any more: {cause ?? "its checks do not pass"}";

    private static string Describe(CanaryJudgement judgement) => judgement switch
    {
        { IsFinal: true } => $" {judgement.Verdict.ToString().ToLowerInvariant()}",
        { Verdict: CanaryVerdict.Failed } => " failed before its end",
        _ => string.Empty,
    };

    private string Announce(int step) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {step} of {plan.Steps.Count} is judged after {plan.StepTime.TotalSeconds:0.###} s, with {plan.Limits.MinimumRequests:N0} requests to each side at least");

    // Begins to count, or begins anew when another process answers than the one that has counted so far.
    private Count Continue(Count? count, BalancerLook look, int step)
    {
        if (count is null) return new Count(look, time.GetTimestamp(), plan.Limits.MinimumRequests);
        if (count.First.ProcessId == look.ProcessId && count.Between(look) is not null) return count;
        log.Write(JournalEntryKind.Told, $"another process of the balancer {plan.Balancer} answers: step {step} is counted anew");
        return new Count(look, time.GetTimestamp(), plan.Limits.MinimumRequests);
    }

    // Gives the judgement that ends the step; nothing while it goes on.
    private CanaryJudgement? Judge(Count count, BalancerLook look, int step)
    {
        var window = count.Between(look)!;
        var elapsed = time.GetElapsedTime(count.Began);
        var isEnough = window.Canary.Requests >= plan.Limits.MinimumRequests && window.Production.Requests >= plan.Limits.MinimumRequests;
        var isOver = elapsed >= plan.StepTime;
        if (isOver && (isEnough || elapsed >= plan.MaxWait)) return Note(Judge(window, step, _budget.AtTheEnd, isFinal: true));
        if (isOver && !count.HasSaidThatItWaits)
        {
            count.HasSaidThatItWaits = true;
            log.Write(JournalEntryKind.Told, $"step {step} of {plan.Steps.Count} goes on: {Judge(window, step, _budget.AtTheEnd, isFinal: true).Reason}");
        }

        if (!isEnough || window.Canary.Requests < count.NextLook) return null;
        count.NextLook = window.Canary.Requests * 2;
        var judgement = Note(Judge(window, step, _budget.AtLook(log.Story.LooksAt(step) + 1), isFinal: false));
        return judgement.Verdict == CanaryVerdict.Failed ? judgement : null;
    }

    private CanaryJudgement Judge(CanaryWindow window, int step, double significance, bool isFinal) =>
        _judge.Judge(window, step, plan.Steps[step - 1], significance, isFinal);

    private CanaryJudgement Note(CanaryJudgement judgement)
    {
        log.Write(
            JournalEntryKind.Judged,
            $"step {judgement.Step} of {plan.Steps.Count}{Describe(judgement)}: {judgement.Reason}",
            new CanaryNote { Step = judgement.Step, Share = judgement.Share, Judgement = judgement });
        return judgement;
    }

    /// <summary>What is counted from a first look on.</summary>
    private sealed class Count(BalancerLook first, long began, long firstLook)
    {
        public BalancerLook First => first;

        public long Began => began;

        public long NextLook { get; set; } = firstLook;

        public bool HasSaidThatItWaits { get; set; }

        public CanaryWindow? Between(BalancerLook later) => CanaryWindow.Between(first.Report, first.At, later.Report, later.At);
    }
}
