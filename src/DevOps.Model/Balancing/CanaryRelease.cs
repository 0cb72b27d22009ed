namespace DevOps.Model;

/// <summary>How far a canary release is.</summary>
public enum CanaryReleaseState
{
    /// <summary>Waits for the deployment before it in the same environment.</summary>
    Waiting,

    /// <summary>Brings the release to the canaries.</summary>
    Deploying,

    /// <summary>Sends requests to the canaries and judges what becomes of them.</summary>
    Judging,

    /// <summary>Waits for somebody to resume, complete or undo it; the canaries keep their share.</summary>
    Suspended,

    /// <summary>Brings the release to the production instances while the canaries serve.</summary>
    Completing,

    /// <summary>Goes back to what was served before.</summary>
    Undoing,

    /// <summary>Every instance serves the release, and the balancer's weights are what they were.</summary>
    Completed,

    /// <summary>Every instance serves what it did before, and the balancer's weights are what they were; the cause says why.</summary>
    Undone,

    /// <summary>Ended in another way; the cause says how, and what is still to be done.</summary>
    Failed,

    /// <summary>Its worker died. It can be resumed, completed or undone.</summary>
    Interrupted,
}

/// <summary>What a canary release does when the requests were too few for a judgement.</summary>
public enum InconclusivePolicy
{
    /// <summary>It waits for somebody to decide.</summary>
    Suspend,

    /// <summary>It completes.</summary>
    Complete,

    /// <summary>It goes back.</summary>
    Undo,
}

/// <summary>A release that goes to the canaries first, gets more and more of the requests, and is judged by what becomes of them.</summary>
/// <param name="Id">The id of the deployment that carries it out.</param>
/// <param name="Balancer">The balancer that divides the requests.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Application">The application.</param>
/// <param name="Release">The release that it is to bring.</param>
/// <param name="State">How far it is.</param>
/// <param name="Step">Which of the steps it is at, from 1 on; 0 before the first.</param>
/// <param name="Steps">How many of 100 requests go to the canaries in each step.</param>
/// <param name="Share">How many of 100 requests go to the canaries by its doing; nothing when the balancer's own weights hold.</param>
/// <param name="Verdict">The latest verdict that ended a step; nothing before the first.</param>
/// <param name="Cause">Why it is suspended or has ended as it did, in words and numbers.</param>
/// <param name="Judgements">All looks at the canaries so far, the latest last.</param>
/// <param name="StartedBy">Who asked for it.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="EndedAt">When it ended.</param>
public sealed record CanaryRelease(
    string Id,
    string Balancer,
    string Environment,
    string Application,
    string Release,
    CanaryReleaseState State,
    int Step,
    IReadOnlyList<int> Steps,
    int? Share,
    CanaryVerdict? Verdict,
    string? Cause,
    IReadOnlyList<CanaryJudgement> Judgements,
    string StartedBy,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt)
{
    /// <summary>The latest look at the canaries; nothing before the first.</summary>
    public CanaryJudgement? Judgement => Judgements.Count == 0 ? null : Judgements[^1];
}
