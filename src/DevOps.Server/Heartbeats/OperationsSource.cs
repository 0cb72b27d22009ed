using DevOps.Core;
using DevOps.Core.Balancing;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Server.Heartbeats;

/// <summary>Finds what else an operator wants to see beside heartbeats: deployments at work or just ended, and balancers.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock.</param>
internal sealed class OperationsSource(StateFolder state, TimeProvider time) : IProgress<OperationMessage>
{
    private const int MostDeployments = 10;
    private static readonly TimeSpan ShownAfterEnd = TimeSpan.FromMinutes(10);

    // One whose worker died waits for somebody, but not for ever.
    private static readonly TimeSpan ShownInterrupted = TimeSpan.FromDays(1);

    // What has ended may be taken up again, but need not be read every second for that.
    private static readonly TimeSpan EndedIsKept = TimeSpan.FromSeconds(10);

    private readonly DeploymentStore _store = new(state, time);
    private readonly BalancerService _balancers = new(state);
    private readonly Dictionary<string, (Deployment Deployment, long ReadAt)> _ended = new(StringComparer.Ordinal);

    /// <summary>Finds deployments, the newest first.</summary>
    /// <returns>Those that are at work or wait, were interrupted, or ended some minutes ago.</returns>
    public IReadOnlyList<Deployment> Deployments()
    {
        var now = time.GetUtcNow();
        return [.. _store.Ids().Take(MostDeployments).Select(Find).OfType<Deployment>().Where(deployment => deployment switch
        {
            { State: DeploymentState.Running or DeploymentState.Waiting } => true,
            { EndedAt: { } ended } => now - ended < ShownAfterEnd,
            _ => now - deployment.StartedAt < ShownInterrupted,
        })];
    }

    /// <summary>Finds the balancers.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>How each one is.</returns>
    public async Task<IReadOnlyList<CanaryBalancer>> BalancersAsync(CancellationToken ct)
    {
        try
        {
            return [.. await _balancers.GetAsync(_ => true, this, ct)];
        }
        catch (DevOpsException)
        {
            // One whose settings cannot be read: Get-CanaryBalancer says so.
            return [];
        }
    }

    /// <inheritdoc/>
    public void Report(OperationMessage value)
    {
        // A balancer that does not answer is left out of the page; Get-CanaryBalancer says why.
    }

    private Deployment? Find(string id)
    {
        if (_ended.TryGetValue(id, out var known) && time.GetElapsedTime(known.ReadAt) < EndedIsKept) return known.Deployment;
        try
        {
            var deployment = _store.Get(id);
            if (deployment.State is DeploymentState.Running or DeploymentState.Waiting) _ended.Remove(id);
            else _ended[id] = (deployment, time.GetTimestamp());
            return deployment;
        }
        catch (DevOpsException)
        {
            // Removed at this moment, or its journal is damaged: Get-Deployment says so.
            return null;
        }
    }
}
