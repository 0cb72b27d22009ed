using System.Globalization;
using DevOps.Core.Deployments.Holds;
using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Environments;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>
/// Brings instances back to what they served before a deployment touched them, one after another. Whatever a dying
/// worker left behind, it looks at the host first and does only what is still to do.
/// </summary>
/// <param name="journal">The journal of the deployment that restores.</param>
/// <param name="fleets">Where hosts are found.</param>
/// <param name="holds">Takes instances out of their balancer.</param>
/// <param name="time">The clock.</param>
internal sealed class InstanceRestorer(DeploymentJournal journal, IDeploymentFleets fleets, InstanceHolds holds, TimeProvider time)
{
    private readonly HealthGate _gate = new(time);

    /// <summary>Restores.</summary>
    /// <param name="request">The deployment that touched them: it knows their fleets and balancers.</param>
    /// <param name="touched">The instances, in the order in which they were touched.</param>
    /// <param name="ct">Ends the restoring before the next instance.</param>
    /// <returns>What could not be restored, in words; nothing when all is as it was before.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(DeploymentRequest request, IReadOnlyList<TouchedInstance> touched, CancellationToken ct)
    {
        var failures = new List<string>();
        // The last application first; within one, those that do not serve before those that do.
        foreach (var application in touched.Reverse().GroupBy(instance => instance.Application, StringComparer.Ordinal))
        {
            TouchedInstance[] instances = [.. application.OrderBy(instance => instance.IsServing)];
            try
            {
                await using var hosts = await FleetHosts.OpenEachAsync(fleets, request.FleetOf(application.Key), application.Key, ct);
                await RestoreAsync(hosts, instances, request.BalancerOf(application.Key), failures, ct);
            }
            catch (DevOpsException failure)
            {
                // Its hosts are not even known. The other applications go back all the same.
                foreach (var instance in instances) Fail(instance, failure.Message, failures);
            }
        }

        return failures;
    }

    private async Task RestoreAsync(FleetHosts hosts, IReadOnlyList<TouchedInstance> instances, string? balancer, List<string> failures, CancellationToken ct)
    {
        var isStopped = false;
        foreach (var instance in instances)
        {
            ct.ThrowIfCancellationRequested();
            if (isStopped)
            {
                Fail(instance, "left as it is, because the instance before it did not become healthy", failures);
                continue;
            }

            isStopped = !await RestoreAsync(hosts, instance, balancer, failures, ct);
        }
    }

    // Gives false when going on would take more instances down.
    private async Task<bool> RestoreAsync(FleetHosts hosts, TouchedInstance touched, string? balancer, List<string> failures, CancellationToken ct)
    {
        var host = hosts.All.FirstOrDefault(candidate => candidate.Instance == touched.Instance);
        if (host is null)
        {
            Write(JournalEntryKind.Restored, touched, $"{touched.Instance} does not exist any more");
            return true;
        }

        var goal = touched.Before.Folder is null ? "no release" : touched.Before.Release ?? touched.Before.Folder;
        Write(JournalEntryKind.Restoring, touched, $"{touched.Instance} goes back to {goal}");
        try
        {
            var (facts, unreachable) = await host.LookAsync(ct);
            if (facts is null)
            {
                Fail(touched, unreachable!, failures);
                return true;
            }

            var cause = await RestoreAsync(host.Connected!, touched, balancer, facts, ct);
            if (cause is null)
            {
                Write(JournalEntryKind.Restored, touched, touched.Before.Folder is null ? $"{touched.Instance} serves nothing, as before" : $"{touched.Instance} serves {goal} again");
                return true;
            }

            Fail(touched, cause, failures);
            return false;
        }
        catch (DevOpsException failure)
        {
            Fail(touched, failure.Message, failures);
            return failure.Kind is FailureKind.Unavailable or FailureKind.Timeout;
        }
    }

    // Gives why it does not serve as before, or nothing.
    private async Task<string?> RestoreAsync(IApplicationHost host, TouchedInstance touched, string? balancer, HostFacts facts, CancellationToken ct)
    {
        var before = touched.Before;
        // The worker may have died before it did anything, or the instance is back already.
        if (before.Folder is not null && facts.Folder == before.Folder && HealthRules.Judge(touched.Application, facts, HealthOf(facts)).IsGood) return null;

        int[] ports = facts.Release is null ? [] : [facts.Release.Port];
        await using var hold = await holds.TakeAsync(balancer, new HeldInstance(touched.Application, host.Droplet, ports), $"it goes back to {before.Release ?? "nothing"}", ct);
        if (before.Folder is null)
        {
            await host.DeactivateAsync(CancellationToken.None);
            return null;
        }

        if (await SwitchBackAsync(host, touched, ct) is { } cause) return cause;
        // Its own checks tell the balancer what does not serve.
        if (before.WasRunning) await hold.GiveBackAsync(waits: before.WasHealthy, ct);
        return null;
    }

    private async Task<string?> SwitchBackAsync(IApplicationHost host, TouchedInstance touched, CancellationToken ct)
    {
        var before = touched.Before;
        var invocation = await host.ActivateAsync(before.Folder!, CancellationToken.None);
        if (!before.WasRunning)
        {
            await host.ControlAsync(UnitAction.Stop, CancellationToken.None);
            return null;
        }

        // What was broken before cannot be asked to be healthy now.
        if (!before.WasHealthy) return null;
        var health = HealthOf(await host.ReadFactsAsync(ct));
        var gate = await _gate.WaitAsync(host, touched.Application, health, before.Folder, invocation, null, ct);
        if (!gate.IsHealthy) return gate.Cause + string.Concat(gate.Journal.TakeLast(5).Select(line => string.Create(CultureInfo.InvariantCulture, $"\n    {line}")));
        await RecordAsync(host, touched);
        return null;
    }

    // It served well last of all now: a later deployment that removes old releases must not take it for one of them.
    private async Task RecordAsync(IApplicationHost host, TouchedInstance touched)
    {
        var folder = touched.Before.Folder!;
        try
        {
            await host.RecordAsync(folder, touched.Before.Release ?? folder, isGood: true, keep: null, CancellationToken.None);
        }
        catch (DevOpsException failure)
        {
            Write(JournalEntryKind.Told, touched, $"{touched.Instance} is back, which could not be noted there: {failure.Message}");
        }
    }

    private static HealthCheckDefinition HealthOf(HostFacts facts) => facts.Release?.Health ?? new HealthCheckDefinition();

    private void Fail(TouchedInstance touched, string cause, List<string> failures)
    {
        var text = $"{touched.Instance} could not be brought back: {cause}";
        failures.Add(text);
        Write(JournalEntryKind.NotRestored, touched, text);
    }

    private void Write(JournalEntryKind kind, TouchedInstance touched, string text) => journal.Write(kind, text, entry => entry with
    {
        Application = touched.Application,
        Instance = touched.Instance,
        Release = touched.Before.Release,
        Folder = touched.Before.Folder,
    });
}
