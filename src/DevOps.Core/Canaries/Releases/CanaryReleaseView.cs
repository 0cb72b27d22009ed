using DevOps.Core.Deployments.Journal;
using DevOps.Model;

namespace DevOps.Core.Canaries.Releases;

/// <summary>Tells how a canary release is, from its journal.</summary>
/// <param name="store">The deployments.</param>
internal sealed class CanaryReleaseView(DeploymentStore store)
{
    /// <summary>Describes a canary release.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The release.</returns>
    /// <exception cref="DevOpsException"><c>DeploymentNotFound</c>, <c>CanaryReleaseNotFound</c>, <c>JournalDamaged</c>.</exception>
    public CanaryRelease Of(string id)
    {
        var request = store.GetRequest(id);
        if (request.Canary is not { } plan)
        {
            throw new DevOpsException(
                "CanaryReleaseNotFound",
                FailureKind.NotFound,
                $"The deployment {id} is no canary release: {request.Kind}.",
                "Get-CanaryRelease lists the canary releases, Get-Deployment all deployments.",
                id);
        }

        // The state comes first: what is written down meanwhile is then only newer.
        var deployment = store.Get(id);
        var entries = store.ReadJournal(id);
        var story = CanaryStory.Of(entries);
        var state = StateOf(deployment.State, JournalState.Of(entries), story, id);
        return new CanaryRelease(
            id,
            plan.Balancer,
            request.Environment.Name,
            request.Application!,
            request.Release!,
            state,
            story.Step,
            plan.Steps,
            story.Share,
            story.Judgements.LastOrDefault(judgement => judgement.IsFinal || judgement.Verdict == CanaryVerdict.Failed)?.Verdict,
            state == CanaryReleaseState.Suspended ? story.SuspendedCause : deployment.Cause,
            story.Judgements,
            request.StartedBy,
            request.StartedAt,
            deployment.EndedAt);
    }

    private CanaryReleaseState StateOf(DeploymentState state, JournalState journal, CanaryStory story, string id) => state switch
    {
        DeploymentState.Waiting => CanaryReleaseState.Waiting,
        DeploymentState.Running when journal.GoingBackCause is not null => CanaryReleaseState.Undoing,
        DeploymentState.Running when story.SuspendedCause is not null => CanaryReleaseState.Suspended,
        DeploymentState.Running when story.IsCompleting => CanaryReleaseState.Completing,
        DeploymentState.Running => story.IsJudging ? CanaryReleaseState.Judging : CanaryReleaseState.Deploying,
        _ when IsUndone(id) => CanaryReleaseState.Undone,
        DeploymentState.Interrupted => CanaryReleaseState.Interrupted,
        DeploymentState.Succeeded => CanaryReleaseState.Completed,
        _ when story.Before is not null || journal.Touched.Count > 0 => CanaryReleaseState.Failed,
        // All is as before. What never began because it could not is no release that went back.
        _ => story.HasChangedBalancer || state == DeploymentState.Stopped ? CanaryReleaseState.Undone : CanaryReleaseState.Failed,
    };

    // An undo has a journal of its own.
    private bool IsUndone(string id) => store.Ids()
        .TakeWhile(other => string.CompareOrdinal(other, id) > 0)
        .Any(other => store.GetRequest(other) is { Kind: DeploymentKind.Undo } undo && undo.Undoes == id && store.Get(other).State == DeploymentState.Succeeded);
}
