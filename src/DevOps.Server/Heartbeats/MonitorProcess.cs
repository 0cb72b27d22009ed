using System.Net;
using DevOps.Core;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.Heartbeats.Pushes;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;
using DevOps.Server.Administration;
using DevOps.Server.Heartbeats.History;
using DevOps.Server.Heartbeats.Page;

namespace DevOps.Server.Heartbeats;

/// <summary>
/// The life of the monitor's process: read the settings, open history and page, check targets, and end when it is told to.
/// What cannot be done, such as writing the history on a full disk, is a notice on the page and keeps nothing else from going on.
/// </summary>
internal sealed class MonitorProcess : IServerProcess
{
    private static readonly TimeSpan OperationsInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UptimesInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // Without anything remembered, a start waits so long for the cloud to say what there is to watch.
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(10);

    private readonly StateFolder _state;
    private readonly string _socketFile;
    private readonly TimeProvider _time;
    private readonly MonitorFiles _files;
    private readonly DateTimeOffset _startedAt;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _changing = new(1);
    private readonly MonitorBoard _board;
    private readonly BeatLog _beats;
    private readonly LiveWatch _watch;
    private readonly AlertPump _alerts;
    private readonly TargetSource _targets;
    private readonly OperationsSource _operations;
    private MonitorSettings _settings = new();
    private WebApplication? _administration;
    private HistoryStore? _history;
    private MonitorPage? _page;
    private ServerFailure? _failure;
    private string? _historyProblem;
    private string _phase = ServerState.Starting;

    /// <summary>Makes the process.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="socketFile">The administration socket.</param>
    /// <param name="time">The clock.</param>
    public MonitorProcess(StateFolder state, string socketFile, TimeProvider time)
    {
        _state = state;
        _socketFile = socketFile;
        _time = time;
        _files = new MonitorFiles(state);
        _startedAt = time.GetUtcNow();
        _board = new MonitorBoard(time);
        _beats = new BeatLog(time);
        _watch = new LiveWatch(state, time, Take);
        _alerts = new AlertPump(state, () => _board.Heartbeats, time);
        _targets = new TargetSource(state, () => _settings, WatchAsync, time);
        _operations = new OperationsSource(state, time);
    }

    /// <inheritdoc/>
    public async Task RunAsync()
    {
        await StaleSocket.RemoveAsync(
            _socketFile,
            processId => new DevOpsException("MonitorRunning", FailureKind.Conflict, $"The heartbeat monitor runs already, as process {processId}.", "Get-HeartbeatMonitor shows it."),
            _stopping.Token);
        _administration = await AdministrationSocket.OpenAsync(_socketFile, Status, Stop, application => MonitorAdministration.Map(application, this));
        _settings = _files.ReadSettings() ?? throw new DevOpsException("MonitorNotFound", FailureKind.NotFound, "This installation has no heartbeat monitor.", "Start-HeartbeatMonitor makes one.");
        _alerts.Reminder = _settings.Reminder;
        _history = HistoryStore.Open(_state, HistoryLimits.Usual, _time, problem => _historyProblem = problem);
        _history.Interval = _settings.Interval;
        _page = await OpenPageAsync(_settings);
        if (!await _targets.RecallAsync()) await Task.WhenAny(_targets.LookAsync(_stopping.Token), Wait.ForAsync(FirstLook, _stopping.Token));
        _phase = ServerState.Running;
        ServiceManager.SayReady();

        Task[] work = [RunAsync(_targets.RunAsync), RunAsync(ct => EachAsync(OperationsInterval, ShowOperationsAsync, ct)), RunAsync(ct => EachAsync(UptimesInterval, ShowUptimesAsync, ct))];
        // A defect in one of them ends the process, which whoever keeps it running starts again.
        await await Task.WhenAny([.. work, Wait.ForAsync(Timeout.InfiniteTimeSpan, _stopping.Token)]);
        _phase = ServerState.Stopping;
        ServiceManager.SayStopping();
        await _stopping.CancelAsync();
        await Task.WhenAll(work);
    }

    /// <inheritdoc/>
    public void Stop() => _stopping.Cancel();

    /// <inheritdoc/>
    public void Fail(ServerFailure failure) => _failure = failure;

    /// <inheritdoc/>
    public Task WaitForStopAsync(TimeSpan longest) => Wait.ForAsync(longest, _stopping.Token);

    /// <summary>How the monitor is.</summary>
    /// <returns>The report; nothing before it runs.</returns>
    public MonitorReport? Report() => _phase == ServerState.Starting
        ? null
        : new MonitorReport(_settings.Version, _settings.Interval, _beats.Last, _watch.Targets, _board.Heartbeats, Notices());

    /// <summary>The beats after a number.</summary>
    /// <param name="after">The number.</param>
    /// <param name="onlyChanges">Whether only changes are wanted.</param>
    /// <param name="wait">How long to wait for some to come.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The beats.</returns>
    public async Task<MonitorBeats?> BeatsAsync(long after, bool onlyChanges, TimeSpan wait, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _stopping.Token);
        return await _beats.ReadAsync(after, onlyChanges, wait, either.Token);
    }

    /// <summary>Checks targets now.</summary>
    /// <param name="request">Which.</param>
    /// <param name="ct">Ends the checks.</param>
    /// <returns>How they are.</returns>
    public async Task<MonitorBeats?> CheckAsync(MonitorCheckRequest request, CancellationToken ct) => new MonitorBeats(await _watch.CheckAsync(request.Keys, ct), _beats.Last);

    /// <summary>Takes settings and targets over.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How the monitor is then; nothing before it runs.</returns>
    /// <exception cref="DevOpsException"><c>PortTaken</c>, <c>PortNotAllowed</c>, <c>AddressNotUsable</c>, <c>MonitorSettingsInvalid</c>; the monitor then goes on as it was.</exception>
    public async Task<MonitorReport?> ReloadAsync(MonitorReload request, CancellationToken ct)
    {
        if (_phase != ServerState.Running) return null;
        await _changing.WaitAsync(ct);
        try
        {
            if (_settings.Version < request.Version && _files.ReadSettings() is { } settings) await ApplyAsync(settings);
        }
        finally
        {
            _changing.Release();
        }

        await _targets.LookAsync(ct);
        return Report();
    }

    /// <summary>How all targets were.</summary>
    /// <param name="request">The period.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How they were; nothing before the history is open.</returns>
    public async Task<MonitorHistory?> HistoryAsync(MonitorHistoryRequest request, CancellationToken ct)
    {
        if (_history is null) return null;
        await _history.FlushAsync();
        return new MonitorHistory(await _history.ListAsync(request.From, request.To, ct));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _alerts.DisposeAsync();
        if (_page is not null) await _page.DisposeAsync();
        _board.Dispose();
        if (_history is not null) await _history.DisposeAsync();
        if (_administration is not null) await _administration.DisposeAsync();
        _targets.Dispose();
        _changing.Dispose();
        _stopping.Dispose();
    }

    private ServerStatus Status() => new(
        MonitorRole.Name,
        MonitorClient.Instance,
        Environment.ProcessId,
        _failure is null ? _phase : ServerState.Failed,
        _startedAt,
        _phase == ServerState.Starting ? "finding what there is to check" : null,
        Endpoint: _page?.Endpoint,
        Failure: _failure);

    private void Take(Heartbeat heartbeat, bool hasChanged)
    {
        _board.Take(heartbeat, hasChanged);
        _beats.Add(heartbeat, hasChanged);
        _history?.Take(heartbeat, hasChanged);
        if (hasChanged) _alerts.Wake();
    }

    private async Task WatchAsync(IReadOnlyList<HeartbeatTarget> targets)
    {
        _board.SetTargets(targets, _settings.Interval);
        await _watch.SetAsync(targets, _settings.Interval);
    }

    private async Task ApplyAsync(MonitorSettings settings)
    {
        var before = _page;
        // The new page first: when it cannot be opened, the old one goes on.
        var isElsewhere = settings.Port != _settings.Port || settings.ListenAddress != _settings.ListenAddress;
        if (isElsewhere) _page = await OpenPageAsync(settings);
        _settings = settings;
        _history!.Interval = settings.Interval;
        _alerts.Reminder = settings.Reminder;
        if (isElsewhere && before is not null) await before.DisposeAsync();
    }

    private Task<MonitorPage> OpenPageAsync(MonitorSettings settings) => MonitorPage.OpenAsync(
        new MonitorPageOptions(IPAddress.Parse(settings.ListenAddress), settings.Port, settings.IsLocal ? null : _files.Token()),
        _board,
        new HistorySource(_history!),
        pushes: new PushStore(_state, _time),
        ct: _stopping.Token);

    private async Task ShowOperationsAsync(CancellationToken ct)
    {
        _board.SetDeployments(_operations.Deployments());
        _board.SetBalancers(await _operations.BalancersAsync(ct));
        _board.SetNotices(Notices());
    }

    private async Task ShowUptimesAsync(CancellationToken ct)
    {
        var now = _time.GetUtcNow();
        _board.SetUptimes(await _history!.UptimesAsync(now - Day, now, ct));
    }

    private IReadOnlyList<string> Notices() => [.. _targets.Problems, .. ((string?[])[_historyProblem, _alerts.Problem]).OfType<string>()];

    private async Task EachAsync(TimeSpan interval, Func<CancellationToken, Task> action, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(interval, _time);
        do
        {
            await action(ct);
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    private async Task RunAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }
}
