using DevOps.Core.DigitalOcean;
using DevOps.Core.Hosts;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Fleets;

/// <summary>Makes fleets and protects them.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="session">The account.</param>
/// <param name="timing">How it waits, or nothing for the usual.</param>
/// <param name="time">The clock, the system's when nothing.</param>
public sealed class FleetService(StateFolder state, CloudSession session, FleetTiming? timing = null, TimeProvider? time = null)
{
    private readonly FleetTiming _timing = timing ?? new FleetTiming();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Forgets what was noted about the account's unfinished creations: for an account that is about to be gone.</summary>
    /// <param name="ct">Ends the request.</param>
    /// <returns>A task that ends once it is forgotten.</returns>
    /// <exception cref="DevOpsException">Those of the API.</exception>
    public async Task ForgetAccountAsync(CancellationToken ct) =>
        new CreationJournal(state, session.Connection.ApiUri, await session.Client.GetAccountAsync(ct)).RemoveAll();

    /// <summary>Finds out what a call of <see cref="CreateAsync"/> would do. Changes nothing.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="ct">Ends the requests.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="DevOpsException">
    /// <c>FleetNameInvalid</c>, <c>FleetCountInvalid</c>, <c>UserDataInvalid</c>, <c>UserDataTooLarge</c>, <c>AccountNotActive</c>,
    /// <c>SizeNotFound</c>, <c>SizeNotInRegion</c>, <c>RegionNotFound</c>, <c>ImageNotFound</c>, <c>DropletLimitExceeded</c>, those of the API.
    /// </exception>
    public async Task<FleetPlan> PlanAsync(FleetRequest request, CancellationToken ct)
    {
        FleetPlanner.Check(request);
        _ = UserDataDocument.Create(SshKeyPair.Generate(), request.Packages, request.UserData);
        return await new FleetPlanner(session).PlanAsync(request, await session.Client.GetAccountAsync(ct), ct);
    }

    /// <summary>
    /// Makes what is missing from a fleet and waits until each droplet can be used. A droplet that fails is reported and does
    /// not stop the others.
    /// </summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="progress">Told the progress of each droplet, warnings, and one failure for each name that failed.</param>
    /// <param name="ct">Ends it; the next call goes on where it ended.</param>
    /// <returns>The fleet with everything that exists in it.</returns>
    /// <exception cref="DevOpsException">As <see cref="PlanAsync"/>, and <c>FleetBusy</c>.</exception>
    public async Task<DropletFleet> CreateAsync(FleetRequest request, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        FleetPlanner.Check(request);
        var account = await session.Client.GetAccountAsync(ct);
        var journal = new CreationJournal(state, session.Client.Address, account);
        await using var only = await LockAsync(journal, request.Name, ct);
        // Planned anew inside the lock: another run may just have made what was missing.
        var plan = await new FleetPlanner(session).PlanAsync(request, account, ct);
        await using var watch = new FleetWatch(session.Droplets, request.Name, _timing.PollInterval, _time);
        var creator = new DropletCreator(session.Client, journal, watch, _timing, _time);
        var finisher = new DropletFinisher(session.Client, new HostConnector(state, _time), journal, _timing, _time);
        Forget(journal, plan);
        var build = new FleetBuild(plan, journal.Read(request.Name), creator, finisher, watch, _time, progress);
        var made = plan.Create.Count > 0 || plan.Finish.Count > 0
            ? await build.RunAsync(plan.Create.Count > 0 ? await RegisterKeyAsync(ct) : string.Empty, ct)
            : [];
        if (request.IsProtected) await ProtectAsync(request.Name, isProtected: true, ct);
        var fleet = await ReadAsync(request.Name, made, ct);
        Warn(plan, fleet, progress);
        return fleet;
    }

    /// <summary>Protects a fleet against removal, or ends that.</summary>
    /// <param name="name">The fleet's exact name.</param>
    /// <param name="isProtected">Whether it is to be protected.</param>
    /// <param name="ct">Ends the requests.</param>
    /// <returns>The fleet afterwards.</returns>
    /// <exception cref="DevOpsException"><c>FleetNotFound</c>, those of the API.</exception>
    public async Task<DropletFleet> ProtectAsync(string name, bool isProtected, CancellationToken ct)
    {
        var fleet = await session.Droplets.GetFleetAsync(name, ct);
        Droplet[] others = [.. fleet.Droplets.Where(droplet => droplet.IsManaged && droplet.IsProtected != isProtected)];
        if (others.Length == 0) return fleet;
        if (isProtected) await session.Client.TagAsync(DropletTags.Protected, others, ct);
        else await session.Client.UntagAsync(DropletTags.Protected, others, ct);
        return await session.Droplets.GetFleetAsync(name, ct);
    }

    // A run that was interrupted right after it pinned a host key left a record of something finished.
    private static void Forget(CreationJournal journal, FleetPlan plan)
    {
        foreach (var droplet in plan.Existing.Where(droplet => HostConnector.PinnedKeys(droplet).Count > 0)) journal.Remove(plan.Request.Name, droplet.Name);
    }

    private static void Warn(FleetPlan plan, DropletFleet fleet, IProgress<OperationMessage> progress)
    {
        if (plan.Surplus.Count > 0)
        {
            var names = string.Join(", ", plan.Surplus.Select(droplet => droplet.Name));
            progress.Report(new WarningMessage($"Fleet '{fleet.Name}' has more droplets than the {plan.Request.Count} that were asked for. Nothing was removed; Remove-Droplet {names} removes the others."));
        }

        foreach (var droplet in fleet.Droplets.Where(droplet => droplet.Status is DropletStatus.Off or DropletStatus.Archive))
        {
            progress.Report(new WarningMessage($"Droplet '{droplet.Name}' is powered off. It still costs money."));
        }

        foreach (var twins in fleet.Droplets.GroupBy(droplet => droplet.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            progress.Report(new FailureMessage(new DevOpsException(
                "DropletNameDuplicated",
                FailureKind.Conflict,
                $"Fleet '{fleet.Name}' has {twins.Count()} droplets called '{twins.Key}', with the numbers {string.Join(", ", twins.Select(droplet => droplet.Id))}.",
                "Remove all but one with Remove-Droplet -Id.",
                twins.Key)));
        }
    }

    private async Task<StateLock> LockAsync(CreationJournal journal, string fleet, CancellationToken ct)
    {
        try
        {
            return await StateLock.AcquireAsync(state, journal.LockOf(fleet), TimeSpan.Zero, ct: ct);
        }
        catch (DevOpsException failure) when (failure.Id == "StateFolderBusy")
        {
            throw new DevOpsException(
                "FleetBusy",
                FailureKind.Conflict,
                $"Another New-DropletFleet of this installation is working on fleet '{fleet}'.",
                "Wait until it has ended, then run the command again.",
                fleet,
                failure);
        }
    }

    private async Task<DropletFleet> ReadAsync(string name, IReadOnlyList<Droplet> made, CancellationToken ct)
    {
        // The list lags: what was just made and pinned is known better here.
        var listed = await session.Droplets.ListAsync(name, ct);
        var known = made.ToDictionary(droplet => droplet.Id);
        return DropletInventory.ToFleet(name, [
            .. listed.Select(droplet => known.TryGetValue(droplet.Id, out var mine) && !DropletInventory.IsReady(droplet) ? mine : droplet),
            .. made.Where(droplet => listed.All(other => other.Id != droplet.Id))]);
    }

    private async Task<string> RegisterKeyAsync(CancellationToken ct)
    {
        var key = await new ClientKeyStore(state).GetOrCreateAsync(ct);
        if (await session.Client.FindKeyAsync(key.ApiFingerprint, ct) is not null) return key.ApiFingerprint;
        try
        {
            await session.Client.CreateKeyAsync($"devops-{Environment.MachineName}", key.PublicKey, ct);
        }
        catch (DevOpsException failure) when (failure.Id == "ApiUnprocessable" || ApiFailures.IsAmbiguous(failure))
        {
            // Another run may just have added it, or this one without hearing so.
            if (await session.Client.FindKeyAsync(key.ApiFingerprint, ct) is null) throw;
        }

        return key.ApiFingerprint;
    }
}
