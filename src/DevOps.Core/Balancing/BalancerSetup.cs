using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;

namespace DevOps.Core.Balancing;

/// <summary>Makes settings hold: writes them and brings the process to them. Whoever uses it holds the balancer's lock.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="name">The balancer's name.</param>
/// <param name="launcher">Starts and ends the process.</param>
/// <param name="readyTimeout">How long a process may take until it serves.</param>
/// <param name="progress">Hears what is done.</param>
/// <param name="time">The clock.</param>
internal sealed class BalancerSetup(
    StateFolder state,
    string name,
    BalancerLauncher launcher,
    TimeSpan readyTimeout,
    IProgress<OperationMessage> progress,
    TimeProvider time)
{
    private readonly BalancerFiles _files = new(state, name);

    /// <summary>Starts the process with settings. When it does not come to serve, the settings are as before.</summary>
    /// <param name="before">The settings that there were, or nothing.</param>
    /// <param name="wanted">The settings that it is to have.</param>
    /// <param name="ct">Ends the start.</param>
    /// <returns>A task that ends when it serves.</returns>
    public async Task StartAsync(BalancerSettings? before, BalancerSettings wanted, CancellationToken ct)
    {
        launcher.Check(wanted);
        BalancerAddress.CheckFree(wanted);
        if (before is null || !BalancerDifference.Between(before, wanted).IsNothing) _files.WriteSettings(Next(before, wanted));
        try
        {
            var status = await launcher.StartAsync(wanted, readyTimeout, progress, ct);
            progress.Report(new VerboseMessage($"The balancer '{name}' serves at {BalancerAddress.Of(wanted)}, process {status.ProcessId}."));
        }
        catch (Exception exception) when (exception is DevOpsException or OperationCanceledException)
        {
            if (before is null) File.Delete(_files.SettingsFile);
            else _files.WriteSettings(before);
            throw;
        }
    }

    /// <summary>Changes settings, and has the process take them over if one runs.</summary>
    /// <param name="before">The settings that there are.</param>
    /// <param name="wanted">The settings that it is to have.</param>
    /// <param name="cause">Who does it.</param>
    /// <param name="ct">Ends the wait for the process.</param>
    /// <returns>A task that ends when they hold.</returns>
    public async Task ApplyAsync(BalancerSettings before, BalancerSettings wanted, string cause, CancellationToken ct)
    {
        var difference = BalancerDifference.Between(before, wanted);
        if (difference.IsNothing)
        {
            progress.Report(new VerboseMessage($"The balancer '{name}' is like that already: nothing was changed."));
            return;
        }

        var after = Next(before, wanted);
        using var client = new BalancerClient(state, name, time);
        if (difference.NeedsHandover) BalancerRules.CheckCertificate(after);
        if (await client.StatusAsync(ct) is null) _files.WriteSettings(after);
        else if (difference.MovesListener || difference.ChangesManager) await MoveAsync(before, after, difference, ct);
        else await TakeOverAsync(client, before, after, difference, cause, ct);
        progress.Report(new VerboseMessage($"The balancer '{name}' was changed: {string.Join("; ", difference.Texts)}."));
        WarnOfNoWeight(after);
    }

    /// <summary>Has the process finish what it has begun and end.</summary>
    /// <param name="settings">The settings that it has.</param>
    /// <param name="drainTimeout">How long it may take this time; the settings' time when nothing.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A task that ends with the process.</returns>
    public async Task StopAsync(BalancerSettings settings, TimeSpan? drainTimeout, CancellationToken ct)
    {
        const string Activity = "Stopping the balancer";
        using var client = new BalancerClient(state, name, time);
        progress.Report(new ProgressMessage(Activity, name, "finishing the requests in flight"));
        try
        {
            if (drainTimeout is { } limit && limit != settings.DrainTimeout && await IsServingAsync(client, ct)) await StopWithinAsync(settings, limit, client, ct);
            else await launcher.StopAsync(settings, ct);
        }
        finally
        {
            progress.Report(new ProgressMessage(Activity, name, "done", IsCompleted: true));
        }
    }

    /// <summary>Removes what is kept of a balancer that was stopped.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when all is gone.</returns>
    public async Task RemoveAsync(CancellationToken ct)
    {
        await launcher.RemoveUnitAsync(name, ct);
        // The settings go first: without them there is no balancer, whatever else is still there.
        File.Delete(_files.SettingsFile);
        Directory.Delete(_files.Folder, recursive: true);
        File.Delete(ServerFiles.For(state, BalancerClient.Role, name).LogFile);
    }

    private static BalancerSettings Next(BalancerSettings? before, BalancerSettings wanted) => wanted with { Version = (before?.Version ?? 0) + 1 };

    // One that hangs drains nothing: the launcher kills it.
    private static async Task<bool> IsServingAsync(BalancerClient client, CancellationToken ct)
    {
        try
        {
            return await client.ReportAsync(ct) is not null;
        }
        catch (DevOpsException failure) when (failure.Id == "ServerNotAnswering")
        {
            return false;
        }
    }

    // The process reads in its settings how long it may drain, so they say something else for this once.
    private async Task StopWithinAsync(BalancerSettings settings, TimeSpan limit, BalancerClient client, CancellationToken ct)
    {
        var hurried = settings with { DrainTimeout = limit, Version = settings.Version + 1 };
        BalancerRules.Check(hurried);
        _files.WriteSettings(hurried);
        try
        {
            await client.ReloadAsync(hurried.Version, $"this stop may drain for {SettingsText.Of(limit)}", ct);
            await launcher.UpdateUnitAsync(hurried, ct);
            await launcher.StopAsync(hurried, ct);
        }
        finally
        {
            _files.WriteSettings(settings with { Version = hurried.Version + 1 });
        }
    }

    private async Task TakeOverAsync(BalancerClient client, BalancerSettings before, BalancerSettings after, BalancerDifference difference, string cause, CancellationToken ct)
    {
        _files.WriteSettings(after);
        try
        {
            if (difference.NeedsHandover)
            {
                await launcher.ReplaceAsync(after, ct);
                return;
            }

            await client.ReloadAsync(after.Version, $"{cause}: {string.Join("; ", difference.Texts)}", ct);
            await launcher.UpdateUnitAsync(after, ct);
        }
        catch (DevOpsException failure) when (failure.Kind is not (FailureKind.Timeout or FailureKind.Unavailable))
        {
            // It said no. One that says nothing may have taken the settings over: then they stay.
            _files.WriteSettings(before with { Version = after.Version + 1 });
            throw;
        }
    }

    // A listening socket is bound to its address for good, and systemd does not adopt a process that it did not start.
    private async Task MoveAsync(BalancerSettings before, BalancerSettings after, BalancerDifference difference, CancellationToken ct)
    {
        launcher.Check(after);
        if (difference.MovesListener) BalancerAddress.CheckFree(after);
        progress.Report(new WarningMessage(difference.MovesListener
            ? $"'{name}' moves from {BalancerAddress.Of(before)} to {BalancerAddress.Of(after)}: requests in flight are finished, the old address refuses new ones from now on, and the new one answers as soon as its process runs."
            : $"'{name}' comes {(after.IsPersistent ? "under systemd's care" : "out of systemd's care")}: requests in flight are finished, and new ones are refused until the new process runs."));
        await launcher.StopAsync(before, ct);
        if (difference.ChangesManager) await launcher.RemoveUnitAsync(name, ct);
        _files.WriteSettings(after);
        try
        {
            await launcher.StartAsync(after, readyTimeout, progress, ct);
        }
        catch (Exception exception) when (exception is DevOpsException or OperationCanceledException)
        {
            _files.WriteSettings(before with { Version = after.Version + 1 });
            await launcher.StartAsync(before, readyTimeout, progress, CancellationToken.None);
            progress.Report(new WarningMessage($"'{name}' serves at {BalancerAddress.Of(before)} again, with its earlier settings."));
            throw;
        }
    }

    private void WarnOfNoWeight(BalancerSettings settings)
    {
        if (settings.Backends.Any(backend => backend.Weight > 0 && !backend.IsDraining)) return;
        progress.Report(new WarningMessage($"No backend of '{name}' has a share any more: every request is answered with 503 until one has. Set-BalancerBackend {name} {settings.Backends[0].Name} -Weight 1 -Drain:$false gives it one."));
    }
}
