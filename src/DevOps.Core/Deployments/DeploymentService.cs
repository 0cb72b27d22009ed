using DevOps.Core.Canaries.Releases;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Worker;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Deployments;

/// <summary>Starts deployments in processes of their own, follows, stops and lists them.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="programs">Where the worker's program is; the module's own place when nothing.</param>
/// <param name="time">The clock, the system's when nothing.</param>
public sealed class DeploymentService(StateFolder state, ServerPrograms? programs = null, TimeProvider? time = null)
{
    /// <summary>The worker's role among the servers.</summary>
    public const string Role = "deployment";

    // How soon a worker that comes up is asked again.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly DeploymentStore _store = new(state, time);
    private readonly ServerPrograms _programs = programs ?? new ServerPrograms();

    /// <summary>How long a worker may take to come up.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a worker may take to answer.</summary>
    public TimeSpan AnswerTimeout { get; init; } = AdministrationClient.AnswerTimeout;

    /// <summary>The deployments.</summary>
    public DeploymentStore Store => _store;

    /// <summary>Writes a request down and starts its worker.</summary>
    /// <param name="request">The request, with an id from <see cref="DeploymentStore.NewId"/>.</param>
    /// <param name="progress">Hears the start.</param>
    /// <param name="ct">Ends the wait for the worker, which goes on.</param>
    /// <returns>A task that ends once the worker works.</returns>
    public Task StartAsync(DeploymentRequest request, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        _store.Create(request);
        return StartWorkerAsync(request, progress, ct);
    }

    /// <summary>Writes a request down, starts its worker and follows it to its end.</summary>
    /// <param name="request">The request, with an id from <see cref="DeploymentStore.NewId"/>.</param>
    /// <param name="progress">Hears the story.</param>
    /// <param name="ct">Ends the following; the deployment goes on.</param>
    /// <returns>The deployment, ended.</returns>
    public async Task<Deployment> StartAndFollowAsync(DeploymentRequest request, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await StartAsync(request, progress, ct);
        return await new DeploymentFollower(_store).FollowAsync(request.Id, 0, progress, ct);
    }

    /// <summary>Takes an interrupted or stopped deployment up again and follows it to its end.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <param name="progress">Hears the story from here on.</param>
    /// <param name="ct">Ends the following; the deployment goes on.</param>
    /// <returns>The deployment, ended.</returns>
    /// <exception cref="DevOpsException"><c>DeploymentNotFound</c>, <c>DeploymentNotResumable</c>.</exception>
    public async Task<Deployment> ResumeAsync(string id, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var deployment = _store.Get(id);
        if (deployment.State is DeploymentState.Running or DeploymentState.Waiting)
        {
            return await new DeploymentFollower(_store).FollowAsync(id, 0, progress, ct);
        }

        if (deployment.State is not (DeploymentState.Interrupted or DeploymentState.Stopped))
        {
            throw new DevOpsException(
                "DeploymentNotResumable",
                FailureKind.InvalidInput,
                $"The deployment {id} has ended ({deployment.State}), so there is nothing to take up again.",
                "Deploy the commit anew with Invoke-Deployment.",
                id);
        }

        var position = JournalFile.WholeLength(_store.JournalPath(id));
        await StartWorkerAsync(_store.GetRequest(id), progress, ct);
        return await new DeploymentFollower(_store).FollowAsync(id, position, progress, ct);
    }

    /// <summary>Asks a deployment to stop and waits until it has ended.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <param name="progress">Hears the story from here on.</param>
    /// <param name="ct">Ends the wait; the deployment goes on stopping.</param>
    /// <returns>The deployment, ended.</returns>
    /// <exception cref="DevOpsException"><c>DeploymentNotFound</c>, <c>DeploymentNotRunning</c>, <c>DeploymentNotReachable</c>.</exception>
    public async Task<Deployment> StopAsync(string id, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var deployment = _store.Get(id);
        if (deployment.State is not (DeploymentState.Running or DeploymentState.Waiting))
        {
            throw new DevOpsException(
                "DeploymentNotRunning",
                FailureKind.InvalidInput,
                $"The deployment {id} does not run: {deployment.State}.",
                deployment.State == DeploymentState.Interrupted
                    ? $"Invoke-Deployment -Resume {id} takes it up again; Undo-Deployment {id} goes back."
                    : "Get-Deployment lists the deployments.",
                id);
        }

        await AskToStopAsync(id, ct);
        var position = JournalFile.WholeLength(_store.JournalPath(id));
        return await new DeploymentFollower(_store).FollowAsync(id, position, progress, ct);
    }

    /// <summary>Finds the deployment that an undo goes back behind when none is named.</summary>
    /// <param name="environment">The environment's name, or nothing for whichever was deployed last.</param>
    /// <returns>The id of the latest deployment that changed something and was not undone yet.</returns>
    /// <exception cref="DevOpsException"><c>NothingToUndo</c>.</exception>
    public string FindUndoable(string? environment)
    {
        var undone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in _store.Ids())
        {
            var request = _store.GetRequest(id);
            if (environment is not null && request.Environment.Name != environment) continue;
            var journal = JournalState.Of(_store.ReadJournal(id));
            if (request.Kind != DeploymentKind.Undo)
            {
                if (journal.Touched.Count > 0 && !undone.Contains(id)) return id;
            }
            else if (journal.Ended == DeploymentState.Succeeded)
            {
                undone.Add(request.Undoes!);
            }
        }

        throw new DevOpsException(
            "NothingToUndo",
            FailureKind.NotFound,
            environment is null ? "No deployment has changed anything that is not undone already." : $"No deployment of '{environment}' has changed anything that is not undone already.",
            "Get-Deployment lists the deployments.",
            environment);
    }

    /// <summary>Finds the deployments that run or wait.</summary>
    /// <returns>Their ids, the one that waits longest last.</returns>
    /// <exception cref="DevOpsException"><c>DeploymentNotRunning</c>: there is none.</exception>
    public IReadOnlyList<string> FindRunning()
    {
        // Those that wait first: else the next one would begin as soon as the running one has stopped.
        string[] running = [.. _store.Ids().Where(_store.HasWorker)];
        return running.Length > 0 ? running : throw new DevOpsException(
            "DeploymentNotRunning",
            FailureKind.NotFound,
            "No deployment runs or waits.",
            "Get-Deployment lists the deployments.");
    }

    /// <summary>Says what a rolling update did.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="deployment">The run, ended.</param>
    /// <returns>The rolling update.</returns>
    public RollingUpdate DescribeRollingUpdate(DeploymentRequest request, Deployment deployment)
    {
        var entries = _store.ReadJournal(request.Id);
        var unchanged = entries.Where(entry => entry.Kind == JournalEntryKind.Unchanged).Select(entry => entry.Instance!).Distinct(StringComparer.Ordinal);
        return new RollingUpdate(
            deployment.Id,
            request.Application!,
            request.Fleet ?? request.Environment.Applications.FirstOrDefault(application => application.Name == request.Application)?.Fleet ?? string.Empty,
            request.Release!,
            deployment.State,
            [.. JournalState.Of(entries).Touched.Where(touched => touched.IsServing).Select(touched => touched.Instance)],
            [.. unchanged],
            deployment.State == DeploymentState.Succeeded ? null : deployment.Cause,
            (deployment.EndedAt ?? deployment.StartedAt) - deployment.StartedAt);
    }

    /// <summary>Starts a deployment's worker.</summary>
    /// <param name="request">The deployment, written down already.</param>
    /// <param name="progress">Hears the start.</param>
    /// <param name="ct">Ends the wait for the worker.</param>
    /// <param name="order">What it is told before it begins, when it is a canary release.</param>
    /// <returns>A task that ends once the worker works.</returns>
    internal async Task StartWorkerAsync(DeploymentRequest request, IProgress<OperationMessage> progress, CancellationToken ct, GivenOrder? order = null)
    {
        string[] ordered = order is null ? [] : ["--order", order.Order.ToString(), "--by", order.By];
        var files = ServerFiles.For(state, Role, request.Id);
        var launch = new ServerLaunch(
            Role,
            request.Id,
            _programs.Server,
            [Role, "--state", state.Root, "--deployment", request.Id, "--socket", files.SocketFile, .. ordered],
            // A git hook's variables lead git to the wrong repository. Secrets that the environment file takes from
            // variables are inherited, which is the only way in which they reach the worker.
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["GIT_DIR"] = null, ["GIT_WORK_TREE"] = null, ["GIT_QUARANTINE_PATH"] = null, ["GIT_INDEX_FILE"] = null },
            _store.LogPath(request.Id),
            files.SocketFile,
            ReadyTimeout);
        var written = JournalFile.WholeLength(_store.JournalPath(request.Id));
        try
        {
            // Whoever stops waiting must not end a worker that may have changed something already.
            await new ServerLauncher(time).StartAsync(launch, progress, CancellationToken.None).WaitAsync(ct);
        }
        catch (DevOpsException failure) when (failure.Id == "ServerEndedEarly" && JournalFile.WholeLength(_store.JournalPath(request.Id)) > written)
        {
            // It did run, and was killed before it was seen to: the journal knows how far it came.
        }
    }

    private async Task AskToStopAsync(string id, CancellationToken ct)
    {
        using var administration = new AdministrationClient(ServerFiles.For(state, Role, id).SocketFile, AnswerTimeout);
        try
        {
            while (true)
            {
                // A worker listens before it takes its deployment up and until it has let go of it. The order of the questions
                // matters: one that ends between them is not taken for one that cannot be reached.
                var hadWorker = _store.HasWorker(id);
                if (await administration.StopAsync(ct)) return;
                if (hadWorker && _store.HasWorker(id)) throw NotReachable(id, $"nobody listens at '{administration.SocketFile}'", "stops it in order", "TERM", inner: null);
                if (_store.Get(id).State is not (DeploymentState.Running or DeploymentState.Waiting)) return;
                // Its worker is just coming up, which nobody tells.
                await Task.Delay(Pause, _store.Time, ct);
            }
        }
        catch (DevOpsException failure) when (failure.Id == "ServerNotAnswering")
        {
            throw NotReachable(
                id,
                $"its worker{(administration.ProcessId is { } process ? $", process {process}," : string.Empty)} does not answer",
                $"ends it, whatever it does; then Invoke-Deployment -Resume {id} takes the deployment up again, and Undo-Deployment {id} goes back",
                "KILL",
                failure);
        }
    }

    private DevOpsException NotReachable(string id, string cause, string effect, string signal, Exception? inner) => new(
        "DeploymentNotReachable",
        FailureKind.Unavailable,
        $"The deployment {id} cannot be told to stop: {cause}.",
        $"kill -{signal} \"$(cat '{_store.LockPath(id)}')\" {effect}.",
        id,
        inner);
}
