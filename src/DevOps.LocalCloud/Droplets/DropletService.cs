using System.Collections.Immutable;
using DevOps.LocalCloud.Containers;

namespace DevOps.LocalCloud.Droplets;

/// <summary>What a droplet is to be.</summary>
/// <param name="Names">The names, one droplet each.</param>
/// <param name="Size">The size's slug.</param>
/// <param name="Region">The region's slug.</param>
/// <param name="Image">The image's slug.</param>
/// <param name="Tags">The tags.</param>
/// <param name="Features">The features.</param>
/// <param name="PublicKeys">The SSH keys that may log in as root.</param>
/// <param name="UserData">What cloud-init is given, verbatim.</param>
internal sealed record DropletOrder(
    IReadOnlyList<string> Names,
    string Size,
    string Region,
    string Image,
    ImmutableSortedSet<string> Tags,
    ImmutableArray<string> Features,
    IReadOnlyList<string> PublicKeys,
    string? UserData);

/// <summary>The life of droplets: what the API promises at once, and what then happens in the background.</summary>
/// <param name="store">What the cloud remembers.</param>
/// <param name="engine">What runs the droplets.</param>
/// <param name="work">Where the background work is done.</param>
/// <param name="seeds">Where droplets' first-boot instructions are.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of failures.</param>
internal sealed class DropletService(
    CloudStore store,
    IContainerEngine engine,
    DropletWork work,
    SeedFolder seeds,
    TimeProvider time,
    ILogger<DropletService> logger)
{
    // Below are the gateway and room for other addresses of this machine.
    private const int FirstHost = 10;
    private const int LastHost = 250;

    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(30);

    /// <summary>The droplets as they are now, by number. One whose container has ended by itself is off.</summary>
    /// <returns>The droplets.</returns>
    public IEnumerable<DropletRecord> List() => store.Current.Droplets.Values.Select(Observe);

    /// <summary>A droplet as it is now.</summary>
    /// <param name="id">Its number.</param>
    /// <returns>The droplet; nothing when there is none.</returns>
    public DropletRecord? Find(long id) => store.Current.Droplets.TryGetValue(id, out var droplet) ? Observe(droplet) : null;

    /// <summary>Accepts an order. The droplets are <c>new</c> until they have been started in the background.</summary>
    /// <param name="order">The order, which has been checked.</param>
    /// <param name="limit">How many droplets there may be.</param>
    /// <returns>The droplets with their creating actions; nothing when the limit does not allow them.</returns>
    public IReadOnlyList<(DropletRecord Droplet, ActionRecord Action)>? Create(DropletOrder order, int limit)
    {
        var created = store.Change<IReadOnlyList<(DropletRecord Droplet, ActionRecord Action)>?>(state =>
        {
            if (state.Droplets.Count + order.Names.Count > limit) return (state, null);
            var made = new List<(DropletRecord, ActionRecord)>();
            var hosts = FreeHosts(state).GetEnumerator();
            foreach (var name in order.Names)
            {
                if (!hosts.MoveNext()) return (state, null);
                var (dropletId, actionId) = (state.NextId, state.NextId + 1);
                var droplet = new DropletRecord(
                    dropletId, name, DropletState.New, order.Size, order.Region, order.Image, order.Tags, order.Features, hosts.Current, time.GetUtcNow(), actionId, Process: null);
                var action = new ActionRecord(actionId, "create", ActionState.InProgress, dropletId, order.Region, time.GetUtcNow(), CompletedAt: null);
                // The instructions are there before the record is: a cloud that dies in between has a folder too many, not a droplet without them.
                seeds.Write(dropletId, name, order.PublicKeys, order.UserData);
                made.Add((droplet, action));
                state = state with
                {
                    NextId = state.NextId + 2,
                    Droplets = state.Droplets.Add(dropletId, droplet),
                    Actions = state.Actions.Add(actionId, action),
                    Tags = state.Tags.Union(order.Tags),
                };
            }

            return (state, made);
        });
        foreach (var (droplet, action) in created ?? []) Begin(droplet.Id, action.Id, CreateContainerAsync);
        return created;
    }

    /// <summary>Removes a droplet. It is gone at once; its container follows.</summary>
    /// <param name="id">Its number.</param>
    /// <returns>Whether there was one.</returns>
    public bool Delete(long id)
    {
        var deleted = store.Change(state => state.Droplets.TryGetValue(id, out var droplet)
            ? (state with { Droplets = state.Droplets.Remove(id) }, droplet)
            : (state, (DropletRecord?)null));
        if (deleted is null) return false;
        work.ReserveHost(deleted.Host);
        work.Start(id, async cancellation =>
        {
            await engine.RemoveAsync(id, cancellation);
            seeds.Delete(id);
            work.ReleaseHost(deleted.Host);
        });
        return true;
    }

    /// <summary>Begins an action on a droplet.</summary>
    /// <param name="id">The droplet.</param>
    /// <param name="type">What is to be done: a power action or <c>rename</c>.</param>
    /// <param name="name">The new name, for a rename.</param>
    /// <returns>The action; nothing when another one is still at work on the droplet.</returns>
    public ActionRecord? Act(long id, string type, string? name = null)
    {
        var action = store.Change<ActionRecord?>(state =>
        {
            if (!state.Droplets.TryGetValue(id, out var droplet) || droplet.PendingAction is not null) return (state, null);
            var begun = new ActionRecord(state.NextId, type, ActionState.InProgress, id, droplet.Region, time.GetUtcNow(), CompletedAt: null);
            return (state with
            {
                NextId = state.NextId + 1,
                Actions = state.Actions.Add(begun.Id, begun),
                Droplets = state.Droplets.SetItem(id, droplet with { PendingAction = begun.Id }),
            }, begun);
        });
        if (action is null) return null;
        Begin(id, action.Id, type switch
        {
            "power_on" => PowerOnAsync,
            "power_off" => (droplet, cancellation) => PowerOffAsync(droplet, TimeSpan.Zero, cancellation),
            "shutdown" => (droplet, cancellation) => PowerOffAsync(droplet, ShutdownGrace, cancellation),
            "reboot" => (droplet, cancellation) => RestartAsync(droplet, ShutdownGrace, cancellation),
            "power_cycle" => (droplet, cancellation) => RestartAsync(droplet, TimeSpan.Zero, cancellation),
            "rename" => (droplet, _) => Task.FromResult(droplet with { Name = name! }),
            _ => throw new InvalidOperationException($"Unknown action {type}."),
        });
        return action;
    }

    /// <summary>Brings records and containers together after a start of the cloud: goes on with what was interrupted.</summary>
    /// <param name="cancellation">Cancels it.</param>
    public async Task ReconcileAsync(CancellationToken cancellation)
    {
        var containers = (await engine.ListAsync(cancellation)).ToDictionary(container => container.DropletId);
        var before = store.Current;
        foreach (var orphan in containers.Keys.Where(id => !before.Droplets.ContainsKey(id)))
        {
            // Its droplet was deleted just before the cloud ended.
            await engine.RemoveAsync(orphan, cancellation);
            seeds.Delete(orphan);
        }

        foreach (var droplet in before.Droplets.Values)
        {
            var process = containers.GetValueOrDefault(droplet.Id)?.Process;
            if (droplet.Status == DropletState.New && droplet.PendingAction is { } creating)
            {
                Begin(droplet.Id, creating, CreateContainerAsync);
                continue;
            }

            if (droplet.PendingAction is { } interrupted) EndAction(interrupted, ActionState.Errored);
            var shouldStart = process is null && before.IsSuspended && droplet.Status == DropletState.Active;
            Update(droplet.Id, record => record with
            {
                PendingAction = null,
                Process = process,
                Status = process is not null || shouldStart ? DropletState.Active : DropletState.Off,
            });
            if (shouldStart) Act(droplet.Id, "power_on");
        }

        if (!before.IsSuspended) return;
        // Whoever starts the cloud again expects the droplets that were on to be on. A start that is interrupted here tries all of them again.
        await work.WhenIdleAsync();
        store.Change(state => state with { IsSuspended = false });
    }

    private IEnumerable<int> FreeHosts(CloudState state)
    {
        var taken = state.Droplets.Values.Select(droplet => droplet.Host).Concat(work.ReservedHosts).ToHashSet();
        return Enumerable.Range(FirstHost, LastHost - FirstHost + 1).Where(host => !taken.Contains(host));
    }

    private DropletRecord Observe(DropletRecord droplet) =>
        droplet is { Status: DropletState.Active, PendingAction: null, Process: { } process } && !engine.IsRunning(process)
            ? droplet with { Status = DropletState.Off }
            : droplet;

    private void Begin(long id, long actionId, Func<DropletRecord, CancellationToken, Task<DropletRecord>> step) =>
        work.Start(id, async cancellation =>
        {
            // It may have been deleted while the step waited for its turn.
            if (!store.Current.Droplets.TryGetValue(id, out var droplet))
            {
                EndAction(actionId, ActionState.Errored);
                return;
            }

            try
            {
                var changed = await step(droplet, cancellation);
                Update(id, record => record with { Name = changed.Name, Status = changed.Status, Process = changed.Process, PendingAction = null });
                EndAction(actionId, ActionState.Completed);
            }
            catch (Exception exception) when (exception is PodmanException or CloudFailure or IOException)
            {
                logger.LogError(exception, "Action {Action} on droplet {Droplet} failed", actionId, id);
                Update(id, record => record with { Status = DropletState.Off, Process = null, PendingAction = null });
                EndAction(actionId, ActionState.Errored);
            }
        });

    private async Task<DropletRecord> CreateContainerAsync(DropletRecord droplet, CancellationToken cancellation)
    {
        var specification = new ContainerSpecification(droplet.Id, droplet.Name, droplet.Host, store.Current.Networks!, seeds.PathOf(droplet.Id));
        var process = await engine.CreateAsync(specification, cancellation);
        return droplet with { Status = DropletState.Active, Process = process };
    }

    private async Task<DropletRecord> PowerOnAsync(DropletRecord droplet, CancellationToken cancellation)
    {
        var process = await engine.StartAsync(droplet.Id, cancellation);
        if (process is not null) return droplet with { Status = DropletState.Active, Process = process };
        logger.LogWarning("Droplet {Droplet} has no container any more; it is made anew from its first-boot instructions", droplet.Id);
        return await CreateContainerAsync(droplet, cancellation);
    }

    private async Task<DropletRecord> PowerOffAsync(DropletRecord droplet, TimeSpan grace, CancellationToken cancellation)
    {
        await engine.StopAsync(droplet.Id, grace, cancellation);
        return droplet with { Status = DropletState.Off, Process = null };
    }

    private async Task<DropletRecord> RestartAsync(DropletRecord droplet, TimeSpan grace, CancellationToken cancellation)
    {
        await engine.StopAsync(droplet.Id, grace, cancellation);
        return await PowerOnAsync(droplet, cancellation);
    }

    private void Update(long id, Func<DropletRecord, DropletRecord> change) => store.Change(state =>
        state.Droplets.TryGetValue(id, out var droplet)
            ? state with { Droplets = state.Droplets.SetItem(id, change(droplet)) }
            : state);

    private void EndAction(long id, string status) => store.Change(state =>
        state.Actions.TryGetValue(id, out var action)
            ? state with { Actions = state.Actions.SetItem(id, action with { Status = status, CompletedAt = time.GetUtcNow() }) }
            : state);
}
