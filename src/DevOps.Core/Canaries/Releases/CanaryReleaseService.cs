using DevOps.Core.Deployments;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Worker;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Canaries.Releases;

/// <summary>Starts canary releases, follows them, tells them what to do, and lists them.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="programs">Where the worker's program is; the module's own place when nothing.</param>
/// <param name="time">The clock, the system's when nothing.</param>
public sealed class CanaryReleaseService(StateFolder state, ServerPrograms? programs = null, TimeProvider? time = null)
{
    // How soon a worker that comes up is asked again.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly DeploymentService _deployments = new(state, programs, time);

    /// <summary>The deployments, among which are the canary releases.</summary>
    public DeploymentStore Store => _deployments.Store;

    /// <summary>Writes a request down, starts its worker and follows it until it is suspended or has ended.</summary>
    /// <param name="request">The request, with an id from <see cref="DeploymentStore.NewId"/>.</param>
    /// <param name="progress">Hears the story.</param>
    /// <param name="ct">Ends the following; the release goes on.</param>
    /// <returns>The release.</returns>
    /// <exception cref="DevOpsException"><c>CanaryStepsInvalid</c>, <c>CanaryTimesInvalid</c>, and what the start of a worker throws.</exception>
    public async Task<CanaryRelease> StartAsync(DeploymentRequest request, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        request.Canary!.Check();
        await _deployments.StartAsync(request, progress, ct);
        return await FollowAsync(request.Id, 0, progress, ct);
    }

    /// <summary>Lists the canary releases, the newest first.</summary>
    /// <returns>Their ids.</returns>
    public IEnumerable<string> Ids() => Store.Ids().Where(id => Store.GetRequest(id).Kind == DeploymentKind.CanaryRelease);

    /// <summary>Tells how a canary release is.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The release.</returns>
    /// <exception cref="DevOpsException"><c>DeploymentNotFound</c>, <c>CanaryReleaseNotFound</c>, <c>JournalDamaged</c>.</exception>
    public CanaryRelease Get(string id) => new CanaryReleaseView(Store).Of(id);

    /// <summary>Finds the canary release that somebody means who names none: the newest that has not ended.</summary>
    /// <param name="balancer">Only one of this balancer; nothing for any.</param>
    /// <param name="orEnded">Whether one that has ended will do when none is under way.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="DevOpsException"><c>CanaryReleaseNotFound</c>.</exception>
    public string Find(string? balancer, bool orEnded = false)
    {
        string[] ids = [.. Ids().Where(id => balancer is null || Store.GetRequest(id).Canary!.Balancer == balancer)];
        var found = ids.FirstOrDefault(id => !HasEnded(Get(id))) ?? (orEnded ? ids.FirstOrDefault() : null);
        return found ?? throw new DevOpsException(
            "CanaryReleaseNotFound",
            FailureKind.NotFound,
            $"No canary release{(balancer is null ? string.Empty : $" of the balancer '{balancer}'")} is under way.",
            "Get-CanaryRelease lists all; Invoke-CanaryRelease begins one.",
            balancer);
    }

    /// <summary>Has a release wait until somebody decides, and follows it until it does.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="progress">Hears the story from here on.</param>
    /// <param name="ct">Ends the following; the order stands.</param>
    /// <returns>The release.</returns>
    /// <exception cref="DevOpsException"><c>CanaryReleaseEnded</c>, <c>CanaryReleaseInterrupted</c>, <c>CanaryOrderRefused</c>.</exception>
    public async Task<CanaryRelease> SuspendAsync(string id, string by, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var release = Get(id);
        if (HasEnded(release)) throw Ended(release);
        if (release.State == CanaryReleaseState.Interrupted)
        {
            throw new DevOpsException(
                "CanaryReleaseInterrupted",
                FailureKind.InvalidInput,
                $"The worker of the canary release {id} died, so there is nothing to suspend.",
                $"Resume-CanaryRelease {id} takes it up again, Undo-CanaryRelease {id} goes back.",
                id);
        }

        return await OrderAsync(id, new GivenOrder(CanaryOrder.Suspend, by), progress, ct);
    }

    /// <summary>Has a suspended release go on, takes an interrupted one up again, and follows it until it is suspended or has ended.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="progress">Hears the story from here on.</param>
    /// <param name="ct">Ends the following; the release goes on.</param>
    /// <returns>The release.</returns>
    /// <exception cref="DevOpsException"><c>CanaryReleaseEnded</c>, <c>CanaryOrderRefused</c>.</exception>
    public async Task<CanaryRelease> ResumeAsync(string id, string by, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var release = Get(id);
        if (HasEnded(release)) throw Ended(release);
        return release.State == CanaryReleaseState.Interrupted
            ? await TakeUpAsync(id, order: null, progress, ct)
            : await OrderAsync(id, new GivenOrder(CanaryOrder.Resume, by), progress, ct);
    }

    /// <summary>Brings the release to all instances, whatever is still to be judged, and follows it to its end.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="progress">Hears the story from here on.</param>
    /// <param name="ct">Ends the following; the release goes on.</param>
    /// <returns>The release.</returns>
    /// <exception cref="DevOpsException"><c>CanaryReleaseEnded</c>, <c>CanaryOrderRefused</c>.</exception>
    public async Task<CanaryRelease> CompleteAsync(string id, string by, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var release = Get(id);
        if (HasEnded(release)) throw Ended(release);
        var order = new GivenOrder(CanaryOrder.Complete, by);
        return release.State == CanaryReleaseState.Interrupted ? await TakeUpAsync(id, order, progress, ct) : await OrderAsync(id, order, progress, ct);
    }

    /// <summary>
    /// Has a release that is under way go back, and follows it to its end. One that was interrupted, or that has ended and
    /// is not back, is undone by a deployment of its own.
    /// </summary>
    /// <param name="id">Its id.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="progress">Hears the story from here on.</param>
    /// <param name="ct">Ends the following; the release goes on going back.</param>
    /// <returns>The release.</returns>
    /// <exception cref="DevOpsException"><c>CanaryReleaseEnded</c>: it is undone already; <c>CanaryOrderRefused</c>.</exception>
    public async Task<CanaryRelease> UndoAsync(string id, string by, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var release = Get(id);
        if (release.State == CanaryReleaseState.Undone) throw Ended(release);
        if (!HasEnded(release) && release.State != CanaryReleaseState.Interrupted) return await OrderAsync(id, new GivenOrder(CanaryOrder.Undo, by), progress, ct);
        var undone = Store.GetRequest(id);
        await _deployments.StartAndFollowAsync(
            new DeploymentRequest
            {
                Id = Store.NewId(),
                Kind = DeploymentKind.Undo,
                Environment = undone.Environment,
                Connection = undone.Connection,
                Fleet = undone.Fleet,
                Undoes = id,
                StartedBy = by,
                StartedAt = Store.Time.GetUtcNow(),
            },
            progress,
            ct);
        return Get(id);
    }

    private static bool HasEnded(CanaryRelease release) => release.State is CanaryReleaseState.Completed or CanaryReleaseState.Undone or CanaryReleaseState.Failed;

    private static DevOpsException Ended(CanaryRelease release) => new(
        "CanaryReleaseEnded",
        FailureKind.InvalidInput,
        $"The canary release {release.Id} has ended: {release.State}.",
        release.State == CanaryReleaseState.Undone
            ? $"Invoke-CanaryRelease {release.Balancer} -Release {release.Release} begins anew."
            : $"Undo-CanaryRelease {release.Id} goes back behind it; Invoke-CanaryRelease begins another.",
        release.Id);

    private async Task<CanaryRelease> FollowAsync(string id, long position, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await new DeploymentFollower(Store).FollowAsync(id, position, progress, ct, entry => entry.Kind == JournalEntryKind.Suspended);
        return Get(id);
    }

    private async Task<CanaryRelease> TakeUpAsync(string id, GivenOrder? order, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var position = JournalFile.WholeLength(Store.JournalPath(id));
        await _deployments.StartWorkerAsync(Store.GetRequest(id), progress, ct, order);
        return await FollowAsync(id, position, progress, ct);
    }

    private async Task<CanaryRelease> OrderAsync(string id, GivenOrder order, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var position = JournalFile.WholeLength(Store.JournalPath(id));
        if (await AskAsync(id, order, ct) is { } refusal)
        {
            throw new DevOpsException(
                "CanaryOrderRefused",
                FailureKind.Conflict,
                $"The canary release {id} does not follow the order to {order.Order.ToString().ToLowerInvariant()}: {refusal}.",
                $"Get-CanaryRelease {id} shows how far it is.",
                id);
        }

        return await FollowAsync(id, position, progress, ct);
    }

    // Gives why the order is not followed; nothing when it is, or when the release has ended meanwhile.
    private async Task<string?> AskAsync(string id, GivenOrder order, CancellationToken ct)
    {
        using var administration = new AdministrationClient(ServerFiles.For(state, DeploymentService.Role, id).SocketFile, _deployments.AnswerTimeout);
        var began = Store.Time.GetTimestamp();
        while (true)
        {
            try
            {
                var answer = await administration.PostAsync(CanaryPaths.Order, order, CanaryJson.Default.GivenOrder, CanaryJson.Default.OrderAnswer, ct);
                return answer is null ? "its worker is of another version of the module" : answer.Refusal;
            }
            catch (DevOpsException failure) when (failure.Id == "ServerNotRunning" && Store.Time.GetElapsedTime(began) < _deployments.ReadyTimeout)
            {
                if (Store.Get(id).State is not (DeploymentState.Running or DeploymentState.Waiting)) return null;
                // Its worker is just coming up, or just ending, which nobody tells.
                await Task.Delay(Pause, Store.Time, ct);
            }
        }
    }
}
