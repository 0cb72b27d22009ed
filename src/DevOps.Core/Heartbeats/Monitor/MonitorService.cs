using System.Net;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>Starts, shows, changes and stops the installation's heartbeat monitor.</summary>
public sealed class MonitorService
{
    private readonly StateFolder _state;
    private readonly MonitorFiles _files;
    private readonly MonitorLauncher _launcher;
    private readonly TimeProvider _time;

    /// <summary>Makes a service.</summary>
    /// <param name="state">The installation's state folder.</param>
    public MonitorService(StateFolder state)
        : this(state, new ServerPrograms(), new SystemdService(), TimeProvider.System)
    {
    }

    internal MonitorService(StateFolder state, ServerPrograms programs, SystemdService systemd, TimeProvider time)
    {
        _state = state;
        _files = new MonitorFiles(state);
        _launcher = new MonitorLauncher(state, programs, systemd, time);
        _time = time;
    }

    /// <summary>How long a start may take until the page is served.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Shows the monitor.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>The monitor; nothing when there never was one.</returns>
    /// <exception cref="DevOpsException"><c>MonitorSettingsInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public async Task<HeartbeatMonitor?> GetAsync(CancellationToken ct) => _files.ReadSettings() is { } settings ? await DescribeAsync(settings, ct) : null;

    /// <summary>Gets the monitor.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>The monitor.</returns>
    /// <exception cref="DevOpsException"><c>MonitorNotFound</c>, and what <see cref="GetAsync"/> says.</exception>
    public async Task<HeartbeatMonitor> RequireAsync(CancellationToken ct) => await DescribeAsync(Require(), ct);

    /// <summary>Says what a start would do.</summary>
    /// <param name="changes">What is to be different about the monitor.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>That in words; nothing when it runs just so.</returns>
    /// <exception cref="DevOpsException">What is wrong with the settings.</exception>
    public async Task<string?> PreviewStartAsync(MonitorChanges changes, CancellationToken ct)
    {
        var before = _files.ReadSettings();
        var after = changes.ApplyTo(before ?? new MonitorSettings());
        _launcher.Check(after);
        if (!await IsRunningAsync(ct)) return $"Start, with its page at {AddressOf(after)}";
        var differences = MonitorChanges.Describe(before ?? new MonitorSettings(), after);
        return differences.Count == 0 ? null : $"Change {string.Join("; ", differences)}";
    }

    /// <summary>Starts the monitor; one that runs is changed.</summary>
    /// <param name="changes">What is to be different about the monitor.</param>
    /// <param name="progress">Hears what is done.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The running monitor.</returns>
    /// <exception cref="DevOpsException">What is wrong with the settings, and why the process does not run; then the settings are as they were before.</exception>
    public async Task<HeartbeatMonitor> StartAsync(MonitorChanges changes, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await using (await StateLock.AcquireAsync(_state, MonitorFiles.LockParts, time: _time, ct: ct))
        {
            var before = _files.ReadSettings();
            var after = changes.ApplyTo(before ?? new MonitorSettings());
            _launcher.Check(after);
            await ApplyAsync(before, after, mustRun: true, progress, ct);
        }

        return await RequireAsync(ct);
    }

    /// <summary>Says what a change would do.</summary>
    /// <param name="changes">What is to be different about the monitor.</param>
    /// <returns>That in words; nothing when it is so already.</returns>
    /// <exception cref="DevOpsException"><c>MonitorNotFound</c>, and what is wrong with the settings.</exception>
    public string? PreviewChange(MonitorChanges changes)
    {
        var before = Require();
        var differences = MonitorChanges.Describe(before, changes.ApplyTo(before));
        return differences.Count == 0 ? null : $"Change {string.Join("; ", differences)}";
    }

    /// <summary>Changes the monitor, running or not.</summary>
    /// <param name="changes">What is to be different about the monitor.</param>
    /// <param name="progress">Hears what is done.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The monitor as it is then.</returns>
    /// <exception cref="DevOpsException"><c>MonitorNotFound</c>, what is wrong with the settings, and why the process cannot take them over; then they are as they were before.</exception>
    public async Task<HeartbeatMonitor> ChangeAsync(MonitorChanges changes, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await using (await StateLock.AcquireAsync(_state, MonitorFiles.LockParts, time: _time, ct: ct))
        {
            var before = Require();
            await ApplyAsync(before, changes.ApplyTo(before), mustRun: false, progress, ct);
        }

        return await RequireAsync(ct);
    }

    /// <summary>Stops the monitor.</summary>
    /// <param name="isRemoved">Whether its settings, its history, its log and what is remembered of targets and incidents are deleted as well.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The monitor, stopped; nothing when it was removed.</returns>
    /// <exception cref="DevOpsException"><c>MonitorNotFound</c>, <c>SystemdFailed</c>, <c>UnitNotStopped</c>, <c>ServerNotAnswering</c>.</exception>
    public async Task<HeartbeatMonitor?> StopAsync(bool isRemoved, CancellationToken ct)
    {
        await using (await StateLock.AcquireAsync(_state, MonitorFiles.LockParts, time: _time, ct: ct))
        {
            var settings = Require();
            await _launcher.StopAsync(settings, ct);
            if (settings.IsPersistent) await _launcher.RemoveUnitAsync(ct);
            if (isRemoved) await RemoveAsync(ct);
        }

        return isRemoved ? null : await RequireAsync(ct);
    }

    internal static Uri AddressOf(MonitorSettings settings)
    {
        var address = IPAddress.Parse(settings.ListenAddress);
        // What listens at every address is reached at this one from here.
        var host = address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;
        return new UriBuilder(Uri.UriSchemeHttp, host.ToString(), settings.Port).Uri;
    }

    private async Task ApplyAsync(MonitorSettings? before, MonitorSettings after, bool mustRun, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var wanted = after with { Version = (before?.Version ?? 0) + 1 };
        var isRunning = await IsRunningAsync(ct);
        var isSame = before is not null && MonitorChanges.Describe(before, after).Count == 0;
        if (isSame && (isRunning || !mustRun)) return;
        var isReplaced = isRunning && (before is null || MonitorLauncher.TakesOtherProcess(before, after));
        if (isReplaced)
        {
            await _launcher.StopAsync(before ?? after, ct);
            if (before is { IsPersistent: true }) await _launcher.RemoveUnitAsync(ct);
        }

        _files.WriteSettings(wanted);
        try
        {
            if (isRunning && !isReplaced) await ReloadAsync(wanted, ct);
            else if (isReplaced || mustRun) await _launcher.StartAsync(wanted, ReadyTimeout, progress, ct);
        }
        catch (Exception exception) when (exception is DevOpsException or OperationCanceledException)
        {
            // With a number of its own, so that no process takes them for what it has already.
            if (before is null) File.Delete(_files.SettingsFile);
            else await GoBackAsync(before with { Version = wanted.Version + 1 }, isReplaced, progress);
            throw;
        }

        if (!wanted.IsLocal) progress.Report(new WarningMessage($"Whoever reaches this machine reaches the page at port {wanted.Port}, which asks for the token in '{_files.TokenFile}'. Nothing of it is encrypted on the way: Show-HeartbeatDashboard -Droplet, or a tunnel of your own, is."));
    }

    // Why the change failed is the error; what cannot be made good after it is a warning.
    private async Task GoBackAsync(MonitorSettings settings, bool wasReplaced, IProgress<OperationMessage> progress)
    {
        _files.WriteSettings(settings);
        if (!wasReplaced) return;
        try
        {
            await _launcher.StartAsync(settings, ReadyTimeout, progress, CancellationToken.None);
        }
        catch (DevOpsException failure)
        {
            progress.Report(new WarningMessage($"The heartbeat monitor does not run as it did before, either: {failure.Message} Start-HeartbeatMonitor tries it again."));
        }
    }

    private async Task ReloadAsync(MonitorSettings wanted, CancellationToken ct)
    {
        using var client = new MonitorClient(_state);
        await client.ReloadAsync(wanted.Version, ct);
    }

    private async Task RemoveAsync(CancellationToken ct)
    {
        // A scheduled check may be at it.
        await using var memory = await StateLock.AcquireAsync(_state, HeartbeatMemory.Lock, time: _time, ct: ct);
        _files.Delete();
        File.Delete(_launcher.LogFile);
        File.Delete(MonitorHistoryReader.LogFile(_state));
    }

    private MonitorSettings Require() => _files.ReadSettings() ?? throw new DevOpsException(
        "MonitorNotFound",
        FailureKind.NotFound,
        "This installation has no heartbeat monitor.",
        "Start-HeartbeatMonitor makes one.");

    private async Task<bool> IsRunningAsync(CancellationToken ct)
    {
        using var client = new MonitorClient(_state);
        return await client.StatusAsync(ct) is { State: ServerState.Running or ServerState.Starting };
    }

    private async Task<HeartbeatMonitor> DescribeAsync(MonitorSettings settings, CancellationToken ct)
    {
        using var client = new MonitorClient(_state);
        var status = await client.StatusAsync(ct);
        var report = status is { State: ServerState.Running } ? await client.ReportAsync(ct) : null;
        var isThere = status is not null && status.State != ServerState.Failed;
        int Count(HeartbeatState wanted) => report?.Heartbeats.Count(heartbeat => heartbeat.State == wanted) ?? 0;
        return new HeartbeatMonitor(
            StateOf(status),
            status?.Endpoint ?? AddressOf(settings),
            settings.Interval,
            report?.Targets.Count ?? 0,
            Count(HeartbeatState.Up),
            Count(HeartbeatState.Degraded),
            Count(HeartbeatState.Down),
            Count(HeartbeatState.Maintenance),
            isThere ? status!.StartedAt : null,
            isThere ? status!.ProcessId : null,
            settings.IsPersistent)
        {
            Fleet = settings.Fleets,
            Reminder = settings.Reminder,
            Notices = report?.Notices ?? [],
            TokenPath = settings.IsLocal ? null : _files.TokenFile,
            HistoryPath = _files.HistoryFile,
            LogPath = _launcher.LogFile,
        };
    }

    private static HeartbeatMonitorState StateOf(ServerStatus? status) => status?.State switch
    {
        null or ServerState.Failed => HeartbeatMonitorState.Stopped,
        ServerState.Stopping => HeartbeatMonitorState.Stopping,
        ServerState.Running => HeartbeatMonitorState.Running,
        _ => HeartbeatMonitorState.Starting,
    };
}
