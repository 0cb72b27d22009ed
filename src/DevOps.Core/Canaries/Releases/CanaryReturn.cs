using DevOps.Core.Deployments.Journal;
using DevOps.Core.State;

namespace DevOps.Core.Canaries.Releases;

/// <summary>What going back means for a canary release beside its instances: the balancer is put back as well.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="journal">The journal of the deployment that goes back: the release's own, or that of an undo.</param>
/// <param name="release">The canary release.</param>
/// <param name="story">What its own journal amounts to.</param>
/// <param name="time">The clock.</param>
internal sealed class CanaryReturn(StateFolder state, DeploymentJournal journal, DeploymentRequest release, CanaryStory story, TimeProvider time)
{
    private readonly BalancerSplit _split = new(state, new CanaryLog(journal, release), release, time);

    /// <summary>Whether there is anything of the balancer to put back.</summary>
    public bool IsNeeded => story.Before is not null;

    /// <summary>Before the instances go back: a canary that failed gets no more requests. One that passed serves on, while production goes back.</summary>
    /// <returns>A task that ends when it is in effect.</returns>
    public Task BeginAsync() => story is { Before: { } before, IsCompleting: false } ? _split.WithdrawAsync(before) : Task.CompletedTask;

    /// <summary>After the instances went back.</summary>
    /// <param name="areInstancesBack">Whether they all did.</param>
    /// <returns>What is not as before, in words; nothing when all is.</returns>
    public async Task<string?> EndAsync(bool areInstancesBack) => story.Before is { } before ? await _split.RestoreAsync(before, areInstancesBack || story.IsCompleting) : null;
}
