using DevOps.Core.Deployments.Journal;
using DevOps.Model;

namespace DevOps.Core.Canaries.Releases;

/// <summary>What a canary release's journal amounts to, at whichever line it breaks off.</summary>
internal sealed class CanaryStory
{
    private readonly List<CanaryJudgement> _judgements = [];

    private bool _hasEnded;

    private CanaryStory()
    {
    }

    /// <summary>How the balancer was before; nothing while it was not changed, or when it is as before again.</summary>
    public BalancerBefore? Before { get; private set; }

    /// <summary>Whether the balancer was ever changed.</summary>
    public bool HasChangedBalancer { get; private set; }

    /// <summary>How many of 100 requests go to the canaries; nothing while the balancer's own weights hold.</summary>
    public int? Share { get; private set; }

    /// <summary>Which step it is at, from 1 on; 0 before the first.</summary>
    public int Step { get; private set; }

    /// <summary>Whether it came so far that requests are judged.</summary>
    public bool IsJudging { get; private set; }

    /// <summary>How many steps the canaries have passed.</summary>
    public int PassedSteps { get; private set; }

    /// <summary>Why it waits for somebody's decision; nothing when it does not.</summary>
    public string? SuspendedCause { get; private set; }

    /// <summary>Whether it was decided that the release goes to all instances.</summary>
    public bool IsCompleting { get; private set; }

    /// <summary>All looks at the canaries, the latest last.</summary>
    public IReadOnlyList<CanaryJudgement> Judgements => _judgements;

    /// <summary>Works it out.</summary>
    /// <param name="entries">The journal.</param>
    /// <returns>The story.</returns>
    public static CanaryStory Of(IEnumerable<JournalEntry> entries)
    {
        var story = new CanaryStory();
        foreach (var entry in entries) story.Take(entry);
        return story;
    }

    /// <summary>How often a step was looked at before its end, whose risks are spent.</summary>
    /// <param name="step">The step.</param>
    /// <returns>How often.</returns>
    public int LooksAt(int step) => _judgements.Count(judgement => judgement.Step == step && !judgement.IsFinal);

    private void Take(JournalEntry entry)
    {
        switch (entry.Kind)
        {
            case JournalEntryKind.Started:
                // Whoever takes it up again wants it to go on; after an end everything begins anew.
                (SuspendedCause, IsJudging) = (null, false);
                if (_hasEnded) (Step, PassedSteps, IsCompleting, _hasEnded) = (0, 0, false, false);
                break;
            case JournalEntryKind.Ended:
                _hasEnded = true;
                break;
            case JournalEntryKind.Splitting:
                Before ??= entry.Canary!.Before;
                HasChangedBalancer = true;
                Step = entry.Canary!.Step ?? Step;
                break;
            case JournalEntryKind.Split:
                Share = entry.Canary!.Share;
                break;
            case JournalEntryKind.SplitRestored:
                (Before, Share) = (null, null);
                break;
            case JournalEntryKind.Judging:
                IsJudging = true;
                break;
            case JournalEntryKind.Judged:
                Judge(entry.Canary!.Judgement!);
                break;
            case JournalEntryKind.Suspended:
                SuspendedCause = entry.Text;
                break;
            case JournalEntryKind.Resumed:
                SuspendedCause = null;
                break;
            case JournalEntryKind.Completing:
                (SuspendedCause, IsCompleting) = (null, true);
                break;
            case JournalEntryKind.GoingBack:
                SuspendedCause = null;
                break;
        }
    }

    private void Judge(CanaryJudgement judgement)
    {
        _judgements.Add(judgement);
        if (judgement is { IsFinal: true, Verdict: CanaryVerdict.Passed }) PassedSteps = Math.Max(PassedSteps, judgement.Step);
    }
}
