using System.Globalization;
using DevOps.Core.Balancing;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Canaries.Releases;

/// <summary>
/// Changes how a balancer divides requests for a canary release, and puts it back. Each change is written down before and
/// after it, with how the balancer was before the first one, so that it can be put back wherever a worker dies.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="log">Where it is written down.</param>
/// <param name="release">The canary release.</param>
/// <param name="time">The clock.</param>
internal sealed class BalancerSplit(StateFolder state, CanaryLog log, DeploymentRequest release, TimeProvider time)
{
    private readonly BalancerService _balancers = new(state, time: time);
    private readonly string _balancer = release.Canary!.Balancer;

    /// <summary>Gives the canaries a part of the requests, and leaves it to the judge what is held against them.</summary>
    /// <param name="step">Which step of the release it is.</param>
    /// <param name="steps">How many steps it has.</param>
    /// <param name="share">How many of 100 requests go to the canaries.</param>
    /// <param name="ct">Ends the wait for the balancer.</param>
    /// <returns>A task that ends when it is in effect.</returns>
    /// <exception cref="DevOpsException"><c>BalancerNotFound</c>, <c>BalancerRoleMissing</c>, and why the process does not take it over.</exception>
    public async Task SetAsync(int step, int steps, int share, CancellationToken ct)
    {
        var before = log.Story.Before ?? BalancerBefore.Of(_balancers.Catalog.Get(_balancer));
        log.Write(JournalEntryKind.Splitting, $"the balancer {_balancer} is told to send {share} of 100 requests to the canary", new CanaryNote { Step = step, Share = share, Before = before });
        var split = await ChangeAsync(
            settings => settings with { EjectsFailingCanary = false, Backends = SplitWeights.Apply(settings, before, share) },
            $"step {step} of {steps} of the canary release {release.Id}",
            ct);
        log.Write(JournalEntryKind.Split, $"step {step} of {steps}: {share} of 100 requests go to the canary ({split})", new CanaryNote { Step = step, Share = share });
    }

    /// <summary>Takes the canaries' part away, before they go back. What cannot be done is told: going back goes on.</summary>
    /// <param name="before">How the balancer was before.</param>
    /// <returns>A task that ends when it is in effect.</returns>
    public async Task WithdrawAsync(BalancerBefore before)
    {
        log.Write(JournalEntryKind.Splitting, $"the balancer {_balancer} is told to send no more requests to the canary", new CanaryNote { Share = 0, Before = before });
        try
        {
            var split = await ChangeAsync(settings => Withdraw(before.Restore(settings)), $"the canary release {release.Id} goes back", CancellationToken.None);
            log.Write(JournalEntryKind.Split, $"no more requests go to the canary ({split})", new CanaryNote { Share = 0 });
        }
        catch (DevOpsException failure)
        {
            log.Write(JournalEntryKind.Told, $"the canary keeps its part of the requests while it goes back: {failure.Message}");
        }
    }

    /// <summary>Puts the balancer back to how it was.</summary>
    /// <param name="before">How it was.</param>
    /// <param name="isCanaryBack">Whether the canaries serve what they did before: one that does not gets no requests.</param>
    /// <returns>Why it could not be done; nothing when it was.</returns>
    public async Task<string?> RestoreAsync(BalancerBefore before, bool isCanaryBack = true)
    {
        log.Write(JournalEntryKind.SplitRestoring, $"the balancer {_balancer} gets back what it was told before");
        try
        {
            var split = await ChangeAsync(
                settings => isCanaryBack ? before.Restore(settings) : Withdraw(before.Restore(settings)),
                $"the canary release {release.Id} has ended",
                CancellationToken.None);
            if (!isCanaryBack) return $"the balancer {_balancer} sends nothing to the canary ({split}) until it is back";
            log.Write(JournalEntryKind.SplitRestored, $"the balancer {_balancer} divides requests as before ({split})");
            return null;
        }
        catch (DevOpsException failure) when (failure.Id == "BalancerNotFound")
        {
            log.Write(JournalEntryKind.SplitRestored, $"the balancer {_balancer} does not exist any more");
            return null;
        }
        catch (DevOpsException failure)
        {
            return $"the balancer {_balancer} could not be told what it was told before: {failure.Message}";
        }
    }

    private static BalancerSettings Withdraw(BalancerSettings settings) => settings with
    {
        Backends = [.. settings.Backends.Select(backend => backend.Role == ApplicationRole.Canary ? backend with { Weight = 0 } : backend)],
    };

    private static string Describe(BalancerSettings settings) => string.Join(
        ", ",
        settings.Backends.Select(backend => string.Create(CultureInfo.InvariantCulture, $"{backend.Name} {backend.Weight}")));

    private async Task<string> ChangeAsync(Func<BalancerSettings, BalancerSettings> change, string cause, CancellationToken ct)
    {
        await _balancers.ChangeAsync(_balancer, change, cause, new Warnings(log), ct);
        return Describe(_balancers.Catalog.Get(_balancer));
    }

    private sealed class Warnings(CanaryLog log) : IProgress<OperationMessage>
    {
        public void Report(OperationMessage value)
        {
            if (value is WarningMessage warning) log.Write(JournalEntryKind.Told, warning.Text);
        }
    }
}
