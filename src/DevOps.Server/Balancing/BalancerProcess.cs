using DevOps.Core;
using DevOps.Core.Balancing;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Server.Administration;

namespace DevOps.Server.Balancing;

/// <summary>
/// The life of a balancer's process: read the settings, take or open the listening socket, check the backends, serve, and
/// end, either because it was told to or because a successor serves.
/// </summary>
internal sealed class BalancerProcess : IServerProcess
{
    // For this long after a handover, connections that idle may still be used once, and are told to close then.
    private static readonly TimeSpan IdleGrace = TimeSpan.FromSeconds(10);

    private readonly BalancerOptions _options;
    private readonly StateFolder _state;
    private readonly TimeProvider _time;
    private readonly BalancerFiles _files;
    private readonly DateTimeOffset _startedAt;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _handedOver = new();
    private readonly SemaphoreSlim _changing = new(1, 1);
    private WebApplication? _administration;
    private Serving? _serving;
    private ServerFailure? _failure;
    private string _phase = ServerState.Starting;

    /// <summary>Makes the process.</summary>
    /// <param name="options">What it was told.</param>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="time">The clock.</param>
    public BalancerProcess(BalancerOptions options, StateFolder state, TimeProvider time)
    {
        _options = options;
        _state = state;
        _time = time;
        _files = new BalancerFiles(state, options.Balancer);
        _startedAt = time.GetUtcNow();
    }

    /// <summary>Runs until it is told to stop or has handed over.</summary>
    /// <returns>A task that ends with the last request.</returns>
    public async Task RunAsync()
    {
        var isSuccessor = _options.Listener is not null;
        _administration = await AdministrationSocket.OpenAsync(_options.OwnSocketFile, Status, Stop, application => BalancerAdministration.Map(application, this));
        // A successor stays out of sight until it serves.
        if (!isSuccessor) SocketLink.Point(_options.SocketFile, _options.OwnSocketFile);

        var settings = _files.ReadSettings() ?? throw new DevOpsException(
            "BalancerNotFound",
            FailureKind.NotFound,
            $"There is no balancer called '{_options.Balancer}'.",
            "Start-CanaryBalancer makes one; Get-CanaryBalancer lists them.",
            _options.Balancer);
        var holds = isSuccessor ? await AskPredecessorAsync() : [];
        _serving = await Serving.BeginAsync(settings, _options, _files, holds, _time, _stopping.Token);
        _phase = ServerState.Running;
        if (isSuccessor) SocketLink.Point(_options.SocketFile, _options.OwnSocketFile);
        ServiceManager.SayReady();

        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, _handedOver.Token);
        await Wait.ForAsync(Timeout.InfiniteTimeSpan, either.Token);
        _phase = ServerState.Stopping;
        var isReplaced = _handedOver.IsCancellationRequested;
        if (!isReplaced) ServiceManager.SayStopping();
        await _serving.EndAsync(isReplaced ? IdleGrace : TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public void Fail(ServerFailure failure) => _failure = failure;

    /// <inheritdoc/>
    public void Stop() => _stopping.Cancel();

    /// <summary>Has a successor take over that runs the same program.</summary>
    public void Replace() => _ = Task.Run(async () =>
    {
        try
        {
            await HandOverAsync(new HandoverRequest(Environment.ProcessPath!, typeof(BalancerProcess).Assembly.Location));
        }
        catch (DevOpsException failure)
        {
            await Console.Error.WriteLineAsync($"No successor took over: {failure.Message}");
        }
    });

    /// <inheritdoc/>
    public Task WaitForStopAsync(TimeSpan longest) => Wait.ForAsync(longest, _stopping.Token);

    /// <summary>How the balancer is.</summary>
    /// <returns>The report; nothing before it serves.</returns>
    public BalancerReport? Report() => _serving?.Report();

    /// <summary>What happened.</summary>
    /// <param name="after">The number of the last event that is known.</param>
    /// <param name="wait">How long to wait for another.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The events; nothing before it serves.</returns>
    public async Task<BalancerEvents?> EventsAsync(long after, TimeSpan wait, CancellationToken ct) =>
        _serving is null ? null : await _serving.Events.ReadAsync(after, wait, ct);

    /// <summary>The counters, as Prometheus reads them.</summary>
    /// <returns>The text; nothing before it serves.</returns>
    public string? Metrics() => _serving?.Metrics();

    /// <summary>What is held.</summary>
    /// <returns>The holds; nothing before it serves.</returns>
    public BalancerHolds? Holds() => _serving is null ? null : new BalancerHolds(_serving.Pool.Holds());

    /// <summary>Takes a backend out for a while, or gives it back.</summary>
    /// <param name="request">What is asked for.</param>
    /// <returns>How the balancer is then; nothing when there is no such backend.</returns>
    public BalancerReport? Hold(HoldRequest request) => _serving is not null && _serving.Pool.Hold(request) ? _serving.Report() : null;

    /// <summary>Takes the settings file over.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How the balancer is then; nothing before it serves.</returns>
    /// <exception cref="DevOpsException"><c>BalancerSettingsInvalid</c>, <c>BalancerSettingsOld</c>, <c>CertificateInvalid</c>.</exception>
    public async Task<BalancerReport?> ReloadAsync(ReloadRequest request, CancellationToken ct)
    {
        if (_serving is null) return null;
        await _changing.WaitAsync(ct);
        try
        {
            if (_serving.Pool.Settings.Version >= request.Version) return _serving.Report();
            if (_files.ReadSettings() is not { } settings || settings.Version < request.Version)
            {
                throw new DevOpsException(
                    "BalancerSettingsOld",
                    FailureKind.Conflict,
                    $"The settings file '{_files.SettingsFile}' does not hold version {request.Version}.",
                    "Repeat the command that changed the settings.",
                    _options.Balancer);
            }

            _serving.Apply(settings, request.Cause);
            return _serving.Report();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Starts a successor, waits until it serves, and then ends this process.</summary>
    /// <param name="request">What the successor is.</param>
    /// <returns>The successor's status; nothing before this one serves.</returns>
    /// <exception cref="DevOpsException">What the successor says went wrong; this process goes on serving.</exception>
    public async Task<ServerStatus?> HandOverAsync(HandoverRequest request)
    {
        if (_serving is null) return null;
        await _changing.WaitAsync(_stopping.Token);
        try
        {
            if (_handedOver.IsCancellationRequested) return Status();
            var status = await Successor.StartAsync(_options, request, _state, _serving, _stopping.Token);
            await _handedOver.CancelAsync();
            return status;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_serving is not null) await _serving.DisposeAsync();
        if (_administration is not null) await _administration.DisposeAsync();
        SocketLink.Remove(_options.SocketFile, _options.OwnSocketFile);
        _stopping.Dispose();
        _handedOver.Dispose();
        _changing.Dispose();
    }

    private ServerStatus Status() => new(
        BalancerRole.Name,
        _options.Balancer,
        Environment.ProcessId,
        _failure is null ? _phase : ServerState.Failed,
        _startedAt,
        _phase == ServerState.Starting ? "checking the backends" : null,
        Endpoint: _serving?.Endpoint,
        Failure: _failure);

    private async Task<IReadOnlyList<BalancerHold>> AskPredecessorAsync()
    {
        using var predecessor = new AdministrationClient(_options.SocketFile);
        return (await predecessor.GetAsync(BalancerPaths.Holds, BalancerJson.Default.BalancerHolds, _stopping.Token))?.Holds ?? [];
    }
}
