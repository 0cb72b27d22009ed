using DevOps.Core.Canaries.Releases;
using DevOps.Core.Deployments.Holds;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Rolling;
using DevOps.Core.Environments;
using DevOps.Core.Operations;
using DevOps.Core.Releases;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Deployments.Worker;

/// <summary>The work of one deployment while all goes well. What throws leaves taking back to the runner.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="request">What is asked for.</param>
/// <param name="journal">Its journal.</param>
/// <param name="fleets">Where hosts are found.</param>
/// <param name="store">The deployments, for what is undone.</param>
/// <param name="releases">The releases.</param>
/// <param name="environments">Where the environment is remembered.</param>
/// <param name="holds">Takes instances out of their balancer.</param>
/// <param name="orders">What somebody may tell a canary release.</param>
/// <param name="time">The clock.</param>
internal sealed class DeploymentWork(
    StateFolder state,
    DeploymentRequest request,
    DeploymentJournal journal,
    IDeploymentFleets fleets,
    DeploymentStore store,
    ReleaseStore releases,
    KnownEnvironments environments,
    InstanceHolds holds,
    CanaryOrders orders,
    TimeProvider time)
{
    /// <summary>Does it.</summary>
    /// <param name="stop">Stops it before the next step.</param>
    /// <returns>What it brought, in words.</returns>
    public Task<string> RunAsync(CancellationToken stop)
    {
        if (request.Kind == DeploymentKind.Undo) return UndoAsync(stop);
        environments.Save(request.Environment);
        return request.Kind switch
        {
            DeploymentKind.RollingUpdate => UpdateAsync([releases.Get(request.Application!, request.Release!)], stop),
            DeploymentKind.CanaryRelease => new CanaryReleaseWork(state, request, journal, fleets, releases, Update(), orders, time).RunAsync(stop),
            _ => DeployAsync(stop),
        };
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

    private ReleaseUpdate Update() => new(request, journal, fleets, releases, holds, time);

    private async Task<string> UpdateAsync(IReadOnlyList<ApplicationRelease> wanted, CancellationToken stop)
    {
        var update = Update();
        var parts = new List<string>();
        foreach (var release in wanted)
        {
            stop.ThrowIfCancellationRequested();
            parts.Add(await update.RunAsync(release, request.Role, stop));
        }

        return RequestWords.Outcome(request, parts);
    }

    private async Task<string> UndoAsync(CancellationToken stop)
    {
        var undone = store.GetRequest(request.Undoes!);
        var entries = store.ReadJournal(undone.Id);
        var touched = JournalState.Of(entries).Touched;
        var back = undone.Canary is null ? null : new CanaryReturn(state, journal, undone, CanaryStory.Of(entries), time);
        if (touched.Count == 0 && back is not { IsNeeded: true }) return $"The deployment {undone.Id} has changed nothing that is not back already.";
        if (back is not null) await back.BeginAsync();
        var failures = (await new InstanceRestorer(journal, fleets, holds, time).RunAsync(undone, touched, stop)).ToList();
        if (back is not null && await back.EndAsync(failures.Count == 0) is { } failure) failures.Add(failure);
        return failures.Count == 0
            ? $"{request.Environment.Name} serves again what it served before the deployment {undone.Id}."
            : throw new DevOpsException(
                "UndoIncomplete",
                FailureKind.OperationFailed,
                $"Not everything is back: {string.Join("; ", failures)}.",
                $"Mend the cause, then run Undo-Deployment {undone.Id} again.",
                undone.Id);
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
