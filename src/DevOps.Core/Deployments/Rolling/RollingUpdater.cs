using System.Globalization;
using DevOps.Core.Deployments.Holds;
using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Journal;
using DevOps.Model;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>What a rolling update did.</summary>
/// <param name="Updated">Instances that now serve the release and did not before.</param>
/// <param name="Unchanged">Instances that ran the same already.</param>
/// <param name="Behind">Instances that could not be reached.</param>
/// <param name="OnHosts">The ids of the releases that the hosts held when it began, to any of which they may go back.</param>
internal sealed record RollingOutcome(
    IReadOnlyList<string> Updated,
    IReadOnlyList<string> Unchanged,
    IReadOnlyList<string> Behind,
    IReadOnlySet<string> OnHosts);

/// <summary>
/// Brings an application's instances to a release, a few at a time. It never takes back what it did: on failure it
/// throws, and whoever started it restores from the journal, which knows every instance that was touched.
/// </summary>
/// <param name="journal">The deployment's journal.</param>
/// <param name="holds">Takes instances out of their balancer.</param>
/// <param name="time">The clock.</param>
internal sealed class RollingUpdater(DeploymentJournal journal, InstanceHolds holds, TimeProvider time)
{
    private readonly HealthGate _gate = new(time);

    /// <summary>Updates.</summary>
    /// <param name="hosts">The application's hosts.</param>
    /// <param name="packages">The release.</param>
    /// <param name="options">How it goes about it.</param>
    /// <param name="ct">Ends the update before the next step.</param>
    /// <returns>What it did.</returns>
    /// <exception cref="DevOpsException"><c>InstanceRoleEmpty</c>, <c>TooFewAvailable</c>, <c>InstanceNotHealthy</c>, and what publishing throws.</exception>
    public async Task<RollingOutcome> RunAsync(FleetHosts hosts, ReleasePackages packages, RollingOptions options, CancellationToken ct)
    {
        var rollout = new Rollout(hosts, packages, options);
        await LookAsync(rollout, ct);
        RefuseIfNobodyPlays(rollout);
        var plan = RollingPlanner.Plan(rollout.Views, options.Force, options.Role);
        Announce(rollout, plan);
        RefuseIfImpossible(rollout, plan);

        await PublishAsync(rollout, [.. plan.First, .. plan.Updates], ct);
        await AllAsync(plan.First, instance => SwitchAsync(rollout, instance, plan, ct));
        var pending = plan.Updates.ToList();
        while (pending.Count > 0)
        {
            ct.ThrowIfCancellationRequested();
            var instances = await NextAsync(rollout, pending, ct);
            await AllAsync(instances, instance => SwitchAsync(rollout, instance, plan, ct));
            pending.RemoveAll(instances.Contains);
        }

        var onHosts = rollout.Facts.Values.SelectMany(facts => facts.Sealed).Select(folder => ReleasePublisher.ReleaseOf(folder.Folder)).ToHashSet(StringComparer.Ordinal);
        return new RollingOutcome([.. plan.First, .. plan.Updates], plan.Unchanged, plan.Unreachable, onHosts);
    }

    // Waits for all, so that nothing goes on behind the back of a restore, and then throws the first failure.
    private static Task AllAsync(IReadOnlyList<string> instances, Func<string, Task> action) => Task.WhenAll(instances.Select(action));

    // An instance that misses one look may only have been busy: the update waits for it as long as for a new one.
    private async Task<IReadOnlyList<string>> NextAsync(Rollout rollout, IReadOnlyList<string> pending, CancellationToken ct)
    {
        var health = rollout.Packages.Definition.Health;
        var started = time.GetTimestamp();
        while (true)
        {
            await LookAsync(rollout, ct);
            var step = RollingPlanner.Next(rollout.Views, pending, rollout.Options.MaxUnavailable);
            if (step.Refusal is null) return step.Instances;
            if (time.GetElapsedTime(started) >= health.Timeout) throw TooFewAvailable(rollout, step.Refusal);
            await Task.Delay(health.Interval, time, ct);
        }
    }

    private static async Task LookAsync(Rollout rollout, CancellationToken ct)
    {
        var looks = await InstanceViews.LookAsync(rollout.Hosts, rollout.Packages.Definition, rollout.Options.Canaries, host => rollout.PackageOf(host).Seal, ct);
        rollout.Views = [.. looks.Select(look => look.View)];
        foreach (var (view, facts) in looks)
        {
            if (facts is not null) rollout.Facts[view.Instance] = facts;
        }
    }

    private static void RefuseIfNobodyPlays(Rollout rollout)
    {
        if (rollout.Planned.Any()) return;
        throw new DevOpsException(
            "InstanceRoleEmpty",
            FailureKind.NotFound,
            $"None of the {rollout.Views.Count} instances of {rollout.Application} is {(rollout.Options.Role == ApplicationRole.Canary ? "a canary" : "a production instance")}.",
            "Change Canaries of the application in the environment file: it says how many of the instances, the last ones by name, are canaries.",
            rollout.Application);
    }

    private static void RefuseIfImpossible(Rollout rollout, RollingPlan plan)
    {
        var healthy = plan.Updates.Where(instance => rollout.Views.First(view => view.Instance == instance).Standing == InstanceStanding.Healthy).ToArray();
        // What is broken can always be mended, and may then make room for the others; what cannot be reached stays away.
        if (rollout.Planned.All(view => view.Standing == InstanceStanding.Unreachable)) throw TooFewAvailable(rollout, "no instance can be reached");
        if (healthy.Length == 0) return;
        var step = RollingPlanner.Next([.. rollout.Views.Where(view => view.Standing != InstanceStanding.Unhealthy)], healthy, rollout.Options.MaxUnavailable);
        if (step.Refusal is not null) throw TooFewAvailable(rollout, step.Refusal);
    }

    private static DevOpsException TooFewAvailable(Rollout rollout, string refusal) => new(
        "TooFewAvailable",
        FailureKind.Unavailable,
        $"{rollout.Application} cannot be updated further: {refusal}.",
        $"Mend what is unavailable (Get-ApplicationInstance {rollout.Application} shows it), remove the droplet with Remove-Droplet, or allow more with -MaxUnavailable {rollout.Views.Count(view => view.Standing is InstanceStanding.Unhealthy or InstanceStanding.Unreachable) + 1}.",
        rollout.Application);

    private void Announce(Rollout rollout, RollingPlan plan)
    {
        var application = rollout.Application;
        var release = rollout.Packages.Release.Id;
        foreach (var instance in plan.Unchanged)
        {
            var id = rollout.Facts[instance].Release!.Release;
            var text = id == release ? $"{instance} serves {release} already" : $"{instance} serves {id}, which holds the same as {release}";
            Tell(JournalEntryKind.Unchanged, text, entry => entry with { Application = application, Instance = instance, Release = id });
        }

        foreach (var instance in plan.Unreachable)
        {
            var cause = rollout.Views.First(view => view.Instance == instance).Cause;
            Tell(JournalEntryKind.Told, $"{instance} cannot be reached and stays behind: {cause}", entry => entry with { Application = application, Instance = instance });
        }

        var words = plan.Changes == 0
            ? $"{application}: nothing to do"
            : string.Create(CultureInfo.InvariantCulture, $"{application}: {plan.Changes} of {rollout.Planned.Count()} {RequestWords.Instances(rollout.Options.Role)} go to {release}");
        Tell(JournalEntryKind.Planned, words, entry => entry with { Application = application, Release = release });
    }

    private Task PublishAsync(Rollout rollout, IReadOnlyList<string> instances, CancellationToken ct) => AllAsync(instances, async instance =>
    {
        var host = rollout.Hosts[instance];
        var (folder, isThere) = ReleasePublisher.FolderOf(rollout.PackageOf(host).Seal, rollout.Facts[instance].Sealed);
        rollout.Folders[instance] = folder;
        if (isThere) return;
        JournalEntry Complete(JournalEntry entry) => entry with { Application = rollout.Application, Instance = instance, Release = rollout.Packages.Release.Id, Folder = folder };
        Tell(JournalEntryKind.Publishing, $"{instance} receives {folder}", Complete);
        await host.Connected!.PublishAsync(rollout.PackageOf(host), folder, ct);
        Tell(JournalEntryKind.Published, $"{instance} has received {folder}", Complete);
    });

    private async Task SwitchAsync(Rollout rollout, string instance, RollingPlan plan, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var application = rollout.Application;
        var release = rollout.Packages.Release.Id;
        var folder = rollout.Folders[instance];
        var host = rollout.Hosts[instance].Connected!;
        var facts = rollout.Facts[instance];
        var before = new InstanceBefore(
            facts.Folder,
            facts.Release?.Release,
            facts.ActiveState is "active" or "activating" or "reloading",
            rollout.Views.First(view => view.Instance == instance).Standing == InstanceStanding.Healthy);
        JournalEntry Complete(JournalEntry entry) => entry with { Application = application, Instance = instance, Release = release, Folder = folder };

        await using var hold = await HoldAsync(rollout, instance, ct);
        var started = time.GetTimestamp();
        Tell(JournalEntryKind.Switching, $"{instance} is switched to {folder}", entry => Complete(entry) with { Before = before, Percent = plan.Changes == 0 ? 100 : rollout.Done * 100 / plan.Changes });
        // Not to be cut off: a stop asked for meanwhile takes effect when the host has a whole state again.
        var invocation = await host.ActivateAsync(folder, CancellationToken.None);
        var gate = await _gate.WaitAsync(host, application, rollout.Packages.Definition.Health, folder, invocation, null, ct);
        if (!gate.IsHealthy)
        {
            Tell(JournalEntryKind.Failing, $"{instance} does not serve {release}: {gate.Cause}", Complete);
            await RecordAsync(host, folder, release, Complete);
            throw NotHealthy(application, instance, release, gate);
        }

        await host.RecordAsync(folder, release, isGood: true, new KeptReleases(rollout.Packages.Definition.KeepReleases, BeforeOf(application, instance)), CancellationToken.None);
        if (await hold.GiveBackAsync(waits: true, ct) is { } missing)
        {
            Tell(JournalEntryKind.Told, $"{instance} serves {release}, but the balancer {rollout.Options.Balancer} does not ask it yet: {missing}", Complete);
        }

        var done = rollout.CountOne();
        Tell(
            JournalEntryKind.Serving,
            string.Create(CultureInfo.InvariantCulture, $"{instance} serves {release} after {time.GetElapsedTime(started).TotalSeconds:0.0} s ({done} of {plan.Changes})"),
            entry => Complete(entry) with { Percent = done * 100 / plan.Changes });
    }

    // As the journal has it: taken up again after a break, what the host serves now need not be what it goes back to.
    private string[] BeforeOf(string application, string instance) =>
        [.. JournalState.Of(journal.Entries).Touched
            .Where(touched => touched.Application == application && touched.Instance == instance)
            .Select(touched => touched.Before.Folder)
            .OfType<string>()];

    // That a failure cannot be noted, on a full disk for example, must not hide the failure itself.
    private async Task RecordAsync(IApplicationHost host, string folder, string release, Func<JournalEntry, JournalEntry> complete)
    {
        try
        {
            await host.RecordAsync(folder, release, isGood: false, keep: null, CancellationToken.None);
        }
        catch (DevOpsException failure)
        {
            Tell(JournalEntryKind.Told, $"that could not be noted on the host: {failure.Message}", complete);
        }
    }

    // What was never deployed to serves nobody. Where it fails, the balancer is to find out by itself: it is not given back.
    private async Task<InstanceHold> HoldAsync(Rollout rollout, string instance, CancellationToken ct)
    {
        var facts = rollout.Facts[instance];
        if (facts.Folder is null) return InstanceHold.None;
        int[] ports = [facts.Release?.Port ?? rollout.Packages.Definition.Port, rollout.Packages.Definition.Port];
        var held = new HeldInstance(rollout.Application, rollout.Hosts[instance].Droplet, ports);
        return await holds.TakeAsync(rollout.Options.Balancer, held, $"it is switched to {rollout.Packages.Release.Id}", ct);
    }

    private static DevOpsException NotHealthy(string application, string instance, string release, GateResult gate)
    {
        var lines = gate.Journal.Count == 0 ? " Its unit wrote nothing." : $" Its last lines:\n{string.Join('\n', gate.Journal.Select(line => "    " + line))}\n";
        return new DevOpsException(
            "InstanceNotHealthy",
            FailureKind.OperationFailed,
            $"{instance} does not serve release {release} of {application}: {gate.Cause}.{lines}",
            $"Mend the application and deploy again; Get-ApplicationLog {application} shows more.",
            instance);
    }

    private void Tell(JournalEntryKind kind, string text, Func<JournalEntry, JournalEntry> complete) => journal.Write(kind, text, complete);

    /// <summary>What one update knows while it works.</summary>
    private sealed class Rollout(FleetHosts hosts, ReleasePackages packages, RollingOptions options)
    {
        private readonly Dictionary<string, ReleasePackage> _packages = new(StringComparer.Ordinal);
        private int _done;

        public FleetHosts Hosts => hosts;

        public ReleasePackages Packages => packages;

        public string Application => hosts.Application;

        public RollingOptions Options => options;

        public IReadOnlyList<InstanceView> Views { get; set; } = [];

        public IEnumerable<InstanceView> Planned => Views.Where(view => options.Role is null || view.Role == options.Role);

        public Dictionary<string, HostFacts> Facts { get; } = new(StringComparer.Ordinal);

        public System.Collections.Concurrent.ConcurrentDictionary<string, string> Folders { get; } = new(StringComparer.Ordinal);

        public int Done => Volatile.Read(ref _done);

        public int CountOne() => Interlocked.Increment(ref _done);

        public ReleasePackage PackageOf(FleetHost host)
        {
            lock (_packages)
            {
                if (!_packages.TryGetValue(host.Instance, out var package)) _packages[host.Instance] = package = packages.For(host.Droplet);
                return package;
            }
        }
    }
}
