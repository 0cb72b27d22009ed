using DevOps.Core.Canaries.Releases;
using DevOps.Core.Deployments.Holds;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Rolling;
using DevOps.Core.Releases;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Deployments.Worker;

/// <summary>
/// Carries one deployment out from its request to the last entry of its journal, at first or after a break. It is what a
/// worker process runs.
/// </summary>
public sealed class DeploymentRunner
{
    private readonly StateFolder _state;
    private readonly DeploymentStore _store;
    private readonly Func<string?, IDeploymentFleets> _openFleets;
    private readonly TimeProvider _time;

    /// <summary>Makes a runner for fleets of a DigitalOcean account.</summary>
    /// <param name="state">The installation's state folder.</param>
    public DeploymentRunner(StateFolder state)
        : this(state, connection => CloudFleets.Open(state, connection, TimeProvider.System), TimeProvider.System)
    {
    }

    internal DeploymentRunner(StateFolder state, Func<string?, IDeploymentFleets> openFleets, TimeProvider time)
    {
        _state = state;
        _store = new DeploymentStore(state, time);
        _openFleets = openFleets;
        _time = time;
    }

    /// <summary>What it does at the moment, for whoever asks the worker.</summary>
    public string Activity { get; private set; } = "starting";

    /// <summary>Whether it holds the deployment, so that nobody else carries it out.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Carries the deployment out.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <param name="stop">Stops it: what it updated goes back or stays, as its request says.</param>
    /// <param name="orders">What somebody may tell it, when it is a canary release; nothing when nobody does.</param>
    /// <returns>How it ended; the same stands in its journal.</returns>
    /// <exception cref="DevOpsException"><c>DeploymentNotFound</c>, <c>StateFolderBusy</c>: another worker has it.</exception>
    public async Task<DeploymentState> RunAsync(string id, CancellationToken stop, CanaryOrders? orders = null)
    {
        using var none = new CanaryOrders();
        orders ??= none;
        var request = _store.GetRequest(id);
        await using var alive = await _store.TakeAsync(id, CancellationToken.None);
        IsTaken = true;
        using var journal = _store.OpenJournal(id);
        QueueResult queued;
        try
        {
            Activity = "waiting";
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, orders.Undoing);
            queued = await new EnvironmentQueue(_state, _store).EnterAsync(request, JournalState.Of(journal.Entries).IsStarted, behind => SayWaiting(journal, behind), either.Token);
        }
        catch (OperationCanceledException)
        {
            return End(journal, DeploymentState.Stopped, $"It was {(orders.UndoneBy is { } by ? $"undone by {by}" : "stopped")} while it waited; nothing was changed.");
        }

        if (queued.SupersededBy is { } newer) return End(journal, DeploymentState.Superseded, SupersededText(newer));
        await using var turn = queued.Turn!;
        Activity = "running";
        return await WorkAsync(request, journal, orders, stop);
    }

    private static DeploymentState End(DeploymentJournal journal, DeploymentState state, string cause)
    {
        journal.End(state, cause);
        return state;
    }

    // A canary release may take long, and one that is suspended waits for somebody.
    private void SayWaiting(DeploymentJournal journal, string? behind)
    {
        var what = behind switch
        {
            null => "another command in the same environment",
            _ when _store.GetRequest(behind).Kind == DeploymentKind.CanaryRelease =>
                $"the canary release {behind} in the same environment (Complete-CanaryRelease or Undo-CanaryRelease ends it)",
            _ => $"the deployment {behind} in the same environment",
        };
        journal.Write(JournalEntryKind.Waiting, $"waits for {what}");
    }

    private string SupersededText(string newer)
    {
        var commit = _store.GetRequest(newer).Commit;
        return $"Superseded by the newer deployment {newer} of commit {commit}; nothing was changed.";
    }

    private async Task<DeploymentState> WorkAsync(DeploymentRequest request, DeploymentJournal journal, CanaryOrders orders, CancellationToken stop)
    {
        var earlier = JournalState.Of(journal.Entries);
        journal.Write(JournalEntryKind.Started, RequestWords.Headline(request, earlier.IsStarted));
        try
        {
            using var fleets = new FleetMemory(_openFleets(request.Connection));
            // It was decided before the break that it goes back: then that is what is still to do.
            if (earlier.GoingBackCause is not null) return await GoBackAsync(request, journal, fleets, orders, earlier.GoingBackTo ?? DeploymentState.Failed, earlier.GoingBackCause);
            try
            {
                var work = new DeploymentWork(_state, request, journal, fleets, _store, new ReleaseStore(_state), new KnownEnvironments(_state), Holds(request, journal), orders, _time);
                return End(journal, DeploymentState.Succeeded, await work.RunAsync(stop));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return await TakeBackAsync(request, journal, fleets, orders, DeploymentState.Stopped, "It was stopped.");
            }
            catch (DevOpsException failure)
            {
                return await TakeBackAsync(request, journal, fleets, orders, failure.Id == "CanaryReleaseUndone" ? DeploymentState.Stopped : DeploymentState.Failed, Describe(failure));
            }
        }
        catch (DevOpsException failure)
        {
            // The account cannot be opened. When it was taken up again, what it touched and why it goes back must not be forgotten over that.
            if (earlier.Touched.Count == 0 && Return(request, journal) is not { IsNeeded: true }) return End(journal, DeploymentState.Failed, Describe(failure));
            var cause = earlier.GoingBackCause is null ? Describe(failure) : $"{earlier.GoingBackCause} Going back failed: {Describe(failure)}";
            return End(journal, earlier.GoingBackTo ?? DeploymentState.Failed, $"{cause} Not everything is back{(earlier.Touched.Count == 0 ? string.Empty : $": {Names(earlier.Touched)}")}. Undo-Deployment {request.Id} tries again.");
        }
        catch (Exception failure)
        {
            // A defect. The journal must not be left without an end, and the worker's log gets the whole of it.
            journal.End(DeploymentState.Failed, $"An unexpected error ended it: {failure.Message} Get-ApplicationInstance shows what runs; Undo-Deployment {request.Id} goes back.");
            throw;
        }
    }

    private static string Describe(DevOpsException failure) =>
        failure.RecommendedAction is null ? failure.Message : $"{failure.Message} {failure.RecommendedAction}";

    private async Task<DeploymentState> TakeBackAsync(DeploymentRequest request, DeploymentJournal journal, FleetMemory fleets, CanaryOrders orders, DeploymentState state, string cause)
    {
        orders.GoingBack();
        var touched = JournalState.Of(journal.Entries).Touched;
        if (request.Kind == DeploymentKind.Undo) return End(journal, state, $"{cause} Undo-Deployment {request.Undoes} goes on with it.");
        if (touched.Count == 0 && Return(request, journal) is not { IsNeeded: true }) return End(journal, state, $"{cause} Nothing was changed.");
        if (request.OnFailure == FailurePolicy.Stop)
        {
            return End(journal, state, $"{cause} As asked for, these stay as they are: {Names(touched)}. Undo-Deployment {request.Id} brings them back.");
        }

        journal.Write(JournalEntryKind.GoingBack, cause, entry => entry with { State = state });
        return await GoBackAsync(request, journal, fleets, orders, state, cause);
    }

    private async Task<DeploymentState> GoBackAsync(DeploymentRequest request, DeploymentJournal journal, FleetMemory fleets, CanaryOrders orders, DeploymentState state, string cause)
    {
        Activity = "going back";
        orders.GoingBack();
        var canary = Return(request, journal);
        if (canary is not null) await canary.BeginAsync();
        var touched = JournalState.Of(journal.Entries).Touched;
        // Not to be stopped: what is half gone back helps nobody.
        var failures = (await new InstanceRestorer(journal, fleets.ForGoingBack(), Holds(request, journal), _time).RunAsync(request, touched, CancellationToken.None)).ToList();
        if (canary is not null && await canary.EndAsync(failures.Count == 0) is { } failure) failures.Add(failure);
        return End(journal, state, failures.Count == 0
            ? $"{cause} Every instance serves again what it served before{(canary is null ? string.Empty : $", and the balancer {request.Canary!.Balancer} divides requests as before")}."
            : $"{cause} Not everything is back: {string.Join("; ", failures)}. Undo-Deployment {request.Id} tries again.");
    }

    private static string Names(IEnumerable<TouchedInstance> touched) => string.Join(", ", touched.Select(instance => instance.Instance));

    private CanaryReturn? Return(DeploymentRequest request, DeploymentJournal journal) =>
        request.Kind == DeploymentKind.CanaryRelease ? new CanaryReturn(_state, journal, request, CanaryStory.Of(journal.Entries), _time) : null;

    private InstanceHolds Holds(DeploymentRequest request, DeploymentJournal journal) =>
        new(_state, request.Id, (instance, text) => journal.Write(JournalEntryKind.Told, text, entry => entry with { Application = instance.Application, Instance = instance.Name }), _time);
}
