using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Rolling;
using DevOps.Core.Releases;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Canaries.Releases;

/// <summary>
/// The work of a canary release while all goes well: the canaries get the release and more and more of the requests, are
/// judged step by step, and then all instances get it. What throws leaves going back to the runner. Taken up again after a
/// break, it goes on where its journal ends: a step that was not judged is counted anew.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="request">What is asked for.</param>
/// <param name="journal">Its journal.</param>
/// <param name="fleets">Where hosts are found.</param>
/// <param name="releases">The releases.</param>
/// <param name="update">Brings instances to a release.</param>
/// <param name="orders">What somebody may tell it.</param>
/// <param name="time">The clock.</param>
internal sealed class CanaryReleaseWork(
    StateFolder state,
    DeploymentRequest request,
    DeploymentJournal journal,
    IDeploymentFleets fleets,
    ReleaseStore releases,
    ReleaseUpdate update,
    CanaryOrders orders,
    TimeProvider time)
{
    private readonly CanaryPlan _plan = request.Canary!;
    private readonly CanaryLog _log = new(journal, request);
    private readonly BalancerSplit _split = new(state, new CanaryLog(journal, request), request, time);

    /// <summary>Does it.</summary>
    /// <param name="stop">Stops it before the next step.</param>
    /// <returns>What it brought, in words.</returns>
    /// <exception cref="DevOpsException"><c>CanaryFailed</c>, <c>CanaryReleaseUndone</c>, and whatever keeps it from its work: then it is to go back.</exception>
    public async Task<string> RunAsync(CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, orders.Undoing);
        try
        {
            var release = releases.Get(request.Application!, request.Release!);
            var why = _log.Story.IsCompleting ? "it was decided before the break" : await JudgeAsync(release, either.Token);
            return await CompleteAsync(release, why, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested && orders.Undoing.IsCancellationRequested)
        {
            throw new DevOpsException("CanaryReleaseUndone", FailureKind.OperationFailed, $"It was undone by {orders.UndoneBy}.", target: request.Id);
        }
    }

    private static string Capitalize(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    private DevOpsException Failed(int step, string cause) => new(
        "CanaryFailed",
        FailureKind.OperationFailed,
        step == 0 ? $"{Capitalize(cause)}." : $"The canary failed step {step} of {_plan.Steps.Count}, with {_plan.Steps[step - 1]} of 100 requests: {cause}.",
        target: request.Id);

    // Gives why it completes, in words.
    private async Task<string> JudgeAsync(ApplicationRelease release, CancellationToken ct)
    {
        using var eyes = new BalancerEyes(state, _plan.Balancer, time);
        // Once it has begun, a balancer that does not run is no reason to go back.
        if (!_log.Story.HasChangedBalancer) await VerifyAsync(eyes, ct);
        var watch = new CanaryWatch(_plan, _log, eyes, orders, time);
        await SetShareAsync(_log.Story.PassedSteps + 1, ct);
        await update.RunAsync(release, ApplicationRole.Canary, ct);
        if (await watch.WaitForCanariesAsync(ct) is { } missing) throw Failed(step: 0, missing);

        var step = _log.Story.PassedSteps + 1;
        while (step <= _plan.Steps.Count)
        {
            var why = await TrySetShareAsync(step, ct) is { } cause ? await SuspendAsync(cause, ct) : await DecideAsync(await watch.RunAsync(step, ct), step, ct);
            if (why is not null) return why;
            step = _log.Story.PassedSteps + 1;
        }

        return $"the canary passed {(_plan.Steps.Count == 1 ? "its step" : $"all {_plan.Steps.Count} steps")}";
    }

    private async Task VerifyAsync(BalancerEyes eyes, CancellationToken ct)
    {
        var definition = releases.Definition(releases.Get(request.Application!, request.Release!));
        await using var hosts = await FleetHosts.OpenAsync(fleets, request.Fleet ?? definition.Fleet, definition.Name, ct);
        CanaryCheck.Verify(_plan.Balancer, await eyes.LookAsync(ct), hosts, RollingOptions.CanariesOf(request, definition), definition.Port);
    }

    private async Task SetShareAsync(int step, CancellationToken ct)
    {
        if (step > _plan.Steps.Count || _log.Story.Share == _plan.Steps[step - 1]) return;
        await _split.SetAsync(step, _plan.Steps.Count, _plan.Steps[step - 1], ct);
    }

    // Gives why the balancer does not take it over; nothing when it does.
    private async Task<string?> TrySetShareAsync(int step, CancellationToken ct)
    {
        try
        {
            await SetShareAsync(step, ct);
            return null;
        }
        catch (DevOpsException failure)
        {
            // It hangs, is being changed by somebody else, or was removed: nothing that speaks against the release.
            return $"the balancer {_plan.Balancer} could not be told what part of the requests the canary gets: {failure.Message}";
        }
    }

    // Gives why it completes now; nothing when the next step is to come, or this one again.
    private async Task<string?> DecideAsync(StepEnd end, int step, CancellationToken ct)
    {
        switch (end)
        {
            case StepEnd.Judged { Judgement: { Verdict: CanaryVerdict.Failed } judgement }:
                throw Failed(step, judgement.Reason);
            case StepEnd.Judged { Judgement: { Verdict: CanaryVerdict.Inconclusive } judgement }:
                return await DoWithoutVerdictAsync(judgement, ct);
            case StepEnd.Judged:
                return null;
            case StepEnd.CanaryDown { Cause: var cause }:
                throw Failed(step, cause);
            case StepEnd.BalancerGone:
                return await SuspendAsync($"the balancer {_plan.Balancer} does not answer any more", ct);
            case StepEnd.Ordered { Given: { Order: CanaryOrder.Complete, By: var by } }:
                return $"{by} had it completed in step {step} of {_plan.Steps.Count}";
            case StepEnd.Ordered { Given: { Order: CanaryOrder.Suspend, By: var by } }:
                return await SuspendAsync($"{by} had it suspended", ct, isAskedFor: true);
            default:
                // Resumed before it was suspended: the step is counted anew.
                return null;
        }
    }

    private async Task<string?> DoWithoutVerdictAsync(CanaryJudgement judgement, CancellationToken ct) => _plan.OnInconclusive switch
    {
        InconclusivePolicy.Complete => $"step {judgement.Step} of {_plan.Steps.Count} was inconclusive ({judgement.Reason}), and then it was to complete",
        InconclusivePolicy.Undo => throw Failed(judgement.Step, judgement.Reason),
        _ => await SuspendAsync($"step {judgement.Step} of {_plan.Steps.Count} is inconclusive: {judgement.Reason}", ct),
    };

    // Gives why it completes now; nothing when it is to go on.
    private async Task<string?> SuspendAsync(string cause, CancellationToken ct, bool isAskedFor = false)
    {
        // Before anybody can read that it waits, it takes orders.
        orders.Suspended(isAskedFor ? null : cause);
        _log.Write(JournalEntryKind.Suspended, $"suspended, because {cause}");
        while (true)
        {
            await orders.WaitAsync(ct);
            switch (orders.Take())
            {
                case { Order: CanaryOrder.Resume, By: var by }:
                    orders.Resumed();
                    _log.Write(JournalEntryKind.Resumed, $"resumed by {by}");
                    return null;
                case { Order: CanaryOrder.Complete, By: var by }:
                    return $"{by} had it completed while it was suspended ({cause})";
            }
        }
    }

    private async Task<string> CompleteAsync(ApplicationRelease release, string why, CancellationToken ct)
    {
        orders.Completing();
        if (!_log.Story.IsCompleting) _log.Write(JournalEntryKind.Completing, $"{request.Application} {request.Release} goes to all instances: {why}");
        var served = await update.RunAsync(release, ApplicationRole.Production, ct);
        var result = $"{request.Environment.Name} serves {served}: {why}.";
        if (_log.Story.Before is not { } before || await _split.RestoreAsync(before) is not { } failure) return result;
        return $"{result} But {failure}. Set-BalancerBackend and Set-CanaryBalancer change it.";
    }
}
