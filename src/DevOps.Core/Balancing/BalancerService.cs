using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>
/// Makes, describes, changes and ends balancers. What a balancer is told stands in a file; whoever changes the file holds
/// the balancer's lock until its process has taken the change over.
/// </summary>
public sealed class BalancerService
{
    private readonly StateFolder _state;
    private readonly TimeProvider _time;
    private readonly BalancerCatalog _catalog;
    private readonly BalancerLauncher _launcher;

    /// <summary>Makes a service.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="programs">Where the process's program is; the module's own place when nothing.</param>
    /// <param name="time">The clock, the system's when nothing.</param>
    public BalancerService(StateFolder state, ServerPrograms? programs = null, TimeProvider? time = null)
    {
        _state = state;
        _time = time ?? TimeProvider.System;
        _catalog = new BalancerCatalog(state);
        _launcher = new BalancerLauncher(state, programs ?? new ServerPrograms(), new SystemdService(), _time);
    }

    /// <summary>How long a process may take until it serves.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What a process may take to end beside the time to drain, before it is killed.</summary>
    public TimeSpan EndGrace
    {
        get => _launcher.EndGrace;
        init => _launcher.EndGrace = value;
    }

    /// <summary>The balancers that there are.</summary>
    public BalancerCatalog Catalog => _catalog;

    /// <summary>Says what a start would do, and does nothing.</summary>
    /// <param name="name">The balancer's name.</param>
    /// <param name="changes">What is asked for.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>What would be done, in words; nothing when it runs like that already.</returns>
    /// <exception cref="DevOpsException">What <see cref="BalancerRules.Check"/> refuses.</exception>
    public async Task<string?> PreviewStartAsync(string name, BalancerChanges changes, CancellationToken ct)
    {
        var before = _catalog.Find(name);
        var wanted = Define(name, before, changes);
        if (before is null || !await IsRunningAsync(name, ct)) return $"Start the balancer at {BalancerAddress.Of(wanted)}";
        var difference = BalancerDifference.Between(before, wanted);
        return difference.IsNothing ? null : $"Change the running balancer: {string.Join("; ", difference.Texts)}";
    }

    /// <summary>Starts a balancer, or changes one that runs so that it is as asked for.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="changes">What is asked for; the rest stays as it was configured.</param>
    /// <param name="cause">Who does it.</param>
    /// <param name="progress">Hears what is done.</param>
    /// <param name="ct">Ends a start that is under way.</param>
    /// <returns>The running balancer.</returns>
    /// <exception cref="DevOpsException">
    /// What <see cref="BalancerRules.Check"/> refuses; <c>PortTaken</c>, <c>PortNotAllowed</c>, <c>SystemdMissing</c>, and what the
    /// process says went wrong. The settings are then as they were before.
    /// </exception>
    public async Task<CanaryBalancer> StartAsync(string name, BalancerChanges changes, string cause, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        BalancerRules.CheckName(name);
        await using (await LockAsync(name, ct))
        {
            var before = _catalog.Find(name);
            var wanted = Define(name, before, changes);
            var setup = Setup(name, progress);
            if (before is null || !await IsRunningAsync(name, ct)) await setup.StartAsync(before, wanted, ct);
            else await setup.ApplyAsync(before, wanted, cause, ct);
        }

        return await DescribeAsync(name, ct);
    }

    /// <summary>Describes the balancers whose names match.</summary>
    /// <param name="matches">Which names are wanted.</param>
    /// <param name="progress">Hears which of them cannot be described.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The balancers, in the order of their names.</returns>
    public async Task<IReadOnlyList<CanaryBalancer>> GetAsync(Func<string, bool> matches, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var found = await Task.WhenAll(_catalog.Names().Where(matches).Select(async name =>
        {
            try
            {
                return await DescribeAsync(name, ct);
            }
            catch (DevOpsException failure)
            {
                progress.Report(new FailureMessage(failure));
                return null;
            }
        }));
        return [.. found.OfType<CanaryBalancer>()];
    }

    /// <summary>Finds a balancer that runs.</summary>
    /// <param name="name">Its exact name.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The balancer; nothing when there is none of that name, or no process of it.</returns>
    /// <exception cref="DevOpsException"><c>BalancerNameInvalid</c>, <c>BalancerSettingsInvalid</c>, <c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public async Task<CanaryBalancer?> FindAsync(string name, CancellationToken ct) =>
        _catalog.Find(name) is not null && await DescribeAsync(name, ct) is { State: not BalancerState.Stopped } balancer ? balancer : null;

    /// <summary>Describes a balancer.</summary>
    /// <param name="name">Its exact name.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The balancer, stopped when no process runs.</returns>
    /// <exception cref="DevOpsException"><c>BalancerNotFound</c>, <c>BalancerSettingsInvalid</c>, <c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public async Task<CanaryBalancer> DescribeAsync(string name, CancellationToken ct)
    {
        var settings = _catalog.Get(name);
        using var client = new BalancerClient(_state, name, _time);
        var status = await client.StatusAsync(ct);
        var report = status is { State: ServerState.Running or ServerState.Stopping } ? await client.ReportAsync(ct) : null;
        return BalancerView.Of(settings, new BalancerFiles(_state, name), ServerFiles.For(_state, BalancerClient.Role, name).LogFile, status, report);
    }

    /// <summary>Says what a change would do, and does nothing.</summary>
    /// <param name="name">The balancer's name.</param>
    /// <param name="change">The change.</param>
    /// <returns>What would change, in words; nothing when nothing would.</returns>
    /// <exception cref="DevOpsException"><c>BalancerNotFound</c>, and what <see cref="BalancerRules.Check"/> refuses.</exception>
    public string? PreviewChange(string name, Func<BalancerSettings, BalancerSettings> change)
    {
        var before = _catalog.Get(name);
        var wanted = change(before);
        BalancerRules.Check(wanted);
        var difference = BalancerDifference.Between(before, wanted);
        return difference.IsNothing ? null : string.Join("; ", difference.Texts);
    }

    /// <summary>Changes a balancer's settings, running or not. A change that changes nothing is none.</summary>
    /// <param name="name">The balancer's name.</param>
    /// <param name="change">Makes the new settings of the present ones. Called while nobody else changes them.</param>
    /// <param name="cause">Who does it and why, in words; the event tells it, followed by what changed.</param>
    /// <param name="progress">Hears what is done.</param>
    /// <param name="ct">Ends the wait for the process.</param>
    /// <returns>The balancer as it is then.</returns>
    /// <exception cref="DevOpsException">
    /// <c>BalancerNotFound</c>, what <see cref="BalancerRules.Check"/> refuses, and why the process cannot take the change over. The
    /// settings are then as they were before.
    /// </exception>
    public async Task<CanaryBalancer> ChangeAsync(
        string name,
        Func<BalancerSettings, BalancerSettings> change,
        string cause,
        IProgress<OperationMessage> progress,
        CancellationToken ct)
    {
        await using (await LockExistingAsync(name, ct))
        {
            var before = _catalog.Get(name);
            var wanted = change(before);
            BalancerRules.Check(wanted);
            await Setup(name, progress).ApplyAsync(before, wanted, cause, ct);
        }

        return await DescribeAsync(name, ct);
    }

    /// <summary>Has a balancer replaced by a process of this module's program; one that is stopped is started.</summary>
    /// <param name="name">The balancer's name.</param>
    /// <param name="progress">Hears what is done.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The running balancer.</returns>
    /// <exception cref="DevOpsException"><c>BalancerNotFound</c>, and why no successor serves; then the old process goes on.</exception>
    public async Task<CanaryBalancer> RestartAsync(string name, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await using (await LockExistingAsync(name, ct))
        {
            var settings = _catalog.Get(name);
            BalancerRules.CheckCertificate(settings);
            if (await _launcher.ReplaceAsync(settings, ct) is { } status) progress.Report(new VerboseMessage($"The process {status.ProcessId} serves '{name}' from now on."));
            else await Setup(name, progress).StartAsync(settings, settings, ct);
        }

        return await DescribeAsync(name, ct);
    }

    /// <summary>Stops a balancer: it accepts nobody any more, finishes the requests in flight, and ends.</summary>
    /// <param name="name">The balancer's name.</param>
    /// <param name="drainTimeout">How long to wait for requests in flight this time; the settings' time when nothing.</param>
    /// <param name="isRemoved">Whether its settings, events and access log are removed as well.</param>
    /// <param name="progress">Hears what is done.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The balancer, stopped; nothing when it was removed.</returns>
    /// <exception cref="DevOpsException"><c>BalancerNotFound</c>, <c>SystemdFailed</c>, <c>UnitNotStopped</c>, <c>ServerNotAnswering</c>.</exception>
    public async Task<CanaryBalancer?> StopAsync(string name, TimeSpan? drainTimeout, bool isRemoved, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await using (await LockExistingAsync(name, ct))
        {
            await Setup(name, progress).StopAsync(isRemoved ? GetOrUsual(name) : _catalog.Get(name), drainTimeout, ct);
            if (isRemoved) await Setup(name, progress).RemoveAsync(ct);
        }

        return isRemoved ? null : await DescribeAsync(name, ct);
    }

    /// <summary>Follows what happens at a balancer, over restarts of its process, until it is removed.</summary>
    /// <param name="name">The balancer's name.</param>
    /// <param name="includesHistory">Whether to begin with what is written down of the past.</param>
    /// <param name="ct">Ends the following.</param>
    /// <returns>The events, in order.</returns>
    /// <exception cref="DevOpsException"><c>BalancerNotFound</c>, <c>ServerAnswerInvalid</c>.</exception>
    public IAsyncEnumerable<BalancerEvent> EventsAsync(string name, bool includesHistory, CancellationToken ct) =>
        new BalancerWatch(_state, _time).FollowAsync(name, includesHistory, ct);

    /// <summary>Tells what happens at several balancers until it is ended, or until all are removed.</summary>
    /// <param name="matches">Which names are wanted.</param>
    /// <param name="includesHistory">Whether to begin with what is written down of the past.</param>
    /// <param name="progress">Hears each event as a result, and which balancer cannot be followed.</param>
    /// <param name="ct">Ends the following.</param>
    /// <returns>How many balancers were followed.</returns>
    public async Task<int> WatchAsync(Func<string, bool> matches, bool includesHistory, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var names = _catalog.Names().Where(matches).ToArray();
        await Task.WhenAll(names.Select(async name =>
        {
            try
            {
                await foreach (var entry in EventsAsync(name, includesHistory, ct)) progress.Report(new ResultMessage(entry));
            }
            catch (DevOpsException failure)
            {
                progress.Report(new FailureMessage(failure));
            }
        }));
        return names.Length;
    }

    private static BalancerSettings Define(string name, BalancerSettings? before, BalancerChanges changes)
    {
        var wanted = changes.ApplyTo(before ?? new BalancerSettings { Name = name, Version = 0 });
        BalancerRules.Check(wanted);
        return wanted;
    }

    // Settings that cannot be read do not keep anybody from removing them, with whatever process or unit there is.
    private BalancerSettings GetOrUsual(string name)
    {
        try
        {
            return _catalog.Get(name);
        }
        catch (DevOpsException failure) when (failure.Id == "BalancerSettingsInvalid")
        {
            return new BalancerSettings { Name = name, IsPersistent = true };
        }
    }

    private BalancerSetup Setup(string name, IProgress<OperationMessage> progress) => new(_state, name, _launcher, ReadyTimeout, progress, _time);

    private async Task<bool> IsRunningAsync(string name, CancellationToken ct)
    {
        using var client = new BalancerClient(_state, name, _time);
        return await client.StatusAsync(ct) is { State: ServerState.Running or ServerState.Starting };
    }

    // A lock is a file in the balancer's folder, which must not come to be because somebody mistyped a name.
    private async Task<StateLock> LockExistingAsync(string name, CancellationToken ct)
    {
        BalancerRules.CheckName(name);
        if (!File.Exists(new BalancerFiles(_state, name).SettingsFile)) _catalog.Get(name);
        try
        {
            return await LockAsync(name, ct);
        }
        catch (DirectoryNotFoundException)
        {
            // Whoever had the lock has removed the balancer.
            _catalog.Get(name);
            throw;
        }
    }

    private Task<StateLock> LockAsync(string name, CancellationToken ct) => StateLock.AcquireAsync(_state, new BalancerFiles(_state, name).LockParts, time: _time, ct: ct);
}
