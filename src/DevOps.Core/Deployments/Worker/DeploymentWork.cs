using System.Globalization;
using DevOps.Core.Deployments.Holds;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Rolling;
using DevOps.Core.Environments;
using DevOps.Core.Operations;
using DevOps.Core.Releases;
using DevOps.Model;

namespace DevOps.Core.Deployments.Worker;

/// <summary>The work of one deployment while all goes well. What throws leaves taking back to the runner.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="journal">Its journal.</param>
/// <param name="fleets">Where hosts are found.</param>
/// <param name="store">The deployments, for what is undone.</param>
/// <param name="releases">The releases.</param>
/// <param name="environments">Where the environment is remembered.</param>
/// <param name="holds">Takes instances out of their balancer.</param>
/// <param name="time">The clock.</param>
internal sealed class DeploymentWork(
    DeploymentRequest request,
    DeploymentJournal journal,
    IDeploymentFleets fleets,
    DeploymentStore store,
    ReleaseStore releases,
    KnownEnvironments environments,
    InstanceHolds holds,
    TimeProvider time)
{
    /// <summary>Does it.</summary>
    /// <param name="stop">Stops it before the next step.</param>
    /// <returns>What it brought, in words.</returns>
    public Task<string> RunAsync(CancellationToken stop)
    {
        if (request.Kind == DeploymentKind.Undo) return UndoAsync(stop);
        environments.Save(request.Environment);
        return request.Kind == DeploymentKind.RollingUpdate ? UpdateAsync([releases.Get(request.Application!, request.Release!)], stop) : DeployAsync(stop);
    }

    private async Task<string> DeployAsync(CancellationToken stop)
    {
        // All of them first: when one does not build, nothing is deployed.
        var built = new List<ApplicationRelease>();
        foreach (var application in Wanted())
        {
            journal.Write(JournalEntryKind.Building, $"{application.Name} is built", entry => entry with { Application = application.Name });
            var output = new OutputSink(journal, application.Name);
            var release = await releases.BuildAsync(request.Environment, application, request.Repository!, request.Commit!, request.StartedBy, output, stop);
            built.Add(release);
            journal.Write(JournalEntryKind.Built, $"{application.Name} is release {release.Id}", entry => entry with { Application = application.Name, Release = release.Id });
        }

        return await UpdateAsync(built, stop);
    }

    // A push to the canaries is about those applications that have some.
    private IReadOnlyList<ApplicationDefinition> Wanted()
    {
        if (request.Role != ApplicationRole.Canary) return request.Environment.Applications;
        var wanted = request.Environment.Applications.Where(application => application.Canaries > 0).ToArray();
        if (wanted.Length == 0)
        {
            throw new DevOpsException(
                "EnvironmentWithoutCanary",
                FailureKind.NotFound,
                $"No application of the environment '{request.Environment.Name}' has canaries.",
                $"Set Canaries of an application in '{request.Environment.File}', or deploy without -Role.",
                request.Environment.Name);
        }

        foreach (var application in request.Environment.Applications.Except(wanted))
        {
            journal.Write(JournalEntryKind.Told, $"{application.Name} has no canaries and is left alone", entry => entry with { Application = application.Name });
        }

        return wanted;
    }

    private async Task<string> UpdateAsync(IReadOnlyList<ApplicationRelease> wanted, CancellationToken stop)
    {
        var parts = new List<string>();
        foreach (var release in wanted)
        {
            stop.ThrowIfCancellationRequested();
            var packages = await ReleasePackages.OpenAsync(releases, release, request.Environment, fleets, stop);
            await using var hosts = await FleetHosts.OpenAsync(fleets, request.Fleet ?? packages.Definition.Fleet, release.Application, stop);
            var outcome = await new RollingUpdater(journal, holds, time).RunAsync(hosts, packages, RollingOptions.Of(request, packages.Definition), stop);
            await RemoveOldReleasesAsync(release, packages.Definition.KeepReleases, outcome);
            parts.Add(Describe(release, outcome));
        }

        return RequestWords.Outcome(request, parts);
    }

    // The hosts serve what they should by now: what cannot be tidied up here is told, and no reason to go back.
    private async Task RemoveOldReleasesAsync(ApplicationRelease release, int keep, RollingOutcome outcome)
    {
        try
        {
            await releases.RemoveOldAsync(request.Environment.Name, release.Application, keep, new HashSet<string>(outcome.OnHosts, StringComparer.Ordinal) { release.Id }, CancellationToken.None);
        }
        catch (DevOpsException failure)
        {
            journal.Write(JournalEntryKind.Told, $"old releases of {release.Application} could not be removed: {failure.Message}", entry => entry with { Application = release.Application });
        }
    }

    private async Task<string> UndoAsync(CancellationToken stop)
    {
        var undone = store.GetRequest(request.Undoes!);
        var touched = JournalState.Of(store.ReadJournal(undone.Id)).Touched;
        if (touched.Count == 0) return $"The deployment {undone.Id} has changed nothing that is not back already.";
        var failures = await new InstanceRestorer(journal, fleets, holds, time).RunAsync(undone, touched, stop);
        return failures.Count == 0
            ? $"{request.Environment.Name} serves again what it served before the deployment {undone.Id}."
            : throw new DevOpsException(
                "UndoIncomplete",
                FailureKind.OperationFailed,
                $"Not everything is back: {string.Join("; ", failures)}.",
                $"Mend the cause, then run Undo-Deployment {undone.Id} again.",
                undone.Id);
    }

    private static string Describe(ApplicationRelease release, RollingOutcome outcome)
    {
        var counts = new List<string>();
        if (outcome.Updated.Count > 0) counts.Add(string.Create(CultureInfo.InvariantCulture, $"{outcome.Updated.Count} updated"));
        if (outcome.Unchanged.Count > 0) counts.Add(string.Create(CultureInfo.InvariantCulture, $"{outcome.Unchanged.Count} unchanged"));
        if (outcome.Behind.Count > 0) counts.Add($"left behind: {string.Join(", ", outcome.Behind)}");
        return $"{release.Application} {release.Id} ({string.Join(", ", counts)})";
    }

    /// <summary>Writes what a build tells into the journal.</summary>
    private sealed class OutputSink(DeploymentJournal journal, string application) : IProgress<OperationMessage>
    {
        public void Report(OperationMessage value)
        {
            var text = value switch
            {
                InformationMessage information => information.Text,
                WarningMessage warning => warning.Text,
                _ => null,
            };
            if (text is null) return;
            try
            {
                journal.Write(JournalEntryKind.Output, text, entry => entry with { Application = application });
            }
            catch (DevOpsException failure) when (failure.Id == "JournalNotWritable")
            {
                // The build would wait for ever for somebody to read on. The step after it meets the same disk and says so.
            }
        }
    }
}
