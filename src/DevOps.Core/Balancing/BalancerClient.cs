using System.Globalization;
using DevOps.Core.Servers;
using DevOps.Core.State;

namespace DevOps.Core.Balancing;

/// <summary>Asks a balancer's process, and tells it what to do.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="name">The balancer's name.</param>
/// <param name="time">The clock, the system's when nothing.</param>
internal sealed class BalancerClient(StateFolder state, string name, TimeProvider? time = null) : IDisposable
{
    /// <summary>The role's name among the servers.</summary>
    public const string Role = "balancer";

    // A process answers these at once: one that does not is stuck, and whoever looks shall not be.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    // A successor has half a minute to serve, and its predecessor answers after that.
    private static readonly TimeSpan HandoverTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly AdministrationClient _quick = new(ServerFiles.For(state, Role, name).SocketFile, AnswerTimeout);
    private readonly AdministrationClient _patient = new(ServerFiles.For(state, Role, name).SocketFile, HandoverTimeout);

    /// <summary>Asks how the process is.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>Its status; nothing when there is no process.</returns>
    /// <exception cref="DevOpsException"><c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public Task<ServerStatus?> StatusAsync(CancellationToken ct) => _quick.GetStatusAsync(ct);

    /// <summary>Asks how the balancer and its backends are.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>The report; nothing when there is no process, or one that does not serve yet.</returns>
    /// <exception cref="DevOpsException"><c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public Task<BalancerReport?> ReportAsync(CancellationToken ct) =>
        UnlessGoneAsync(() => _quick.GetAsync(BalancerPaths.Report, BalancerJson.Default.BalancerReport, ct));

    /// <summary>Has the process take its settings file over.</summary>
    /// <param name="version">The version that the file has.</param>
    /// <param name="cause">Who changed what.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How the balancer is then; nothing when there is no process.</returns>
    /// <exception cref="DevOpsException"><c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>, or why the process cannot take it over.</exception>
    public Task<BalancerReport?> ReloadAsync(int version, string cause, CancellationToken ct) => OnceItServesAsync(
        () => _patient.PostAsync(BalancerPaths.Reload, new ReloadRequest(version, cause), BalancerJson.Default.ReloadRequest, BalancerJson.Default.BalancerReport, ct),
        ct);

    /// <summary>Has the process start a successor, hand its listening socket over and end.</summary>
    /// <param name="request">What the successor is.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The successor's status; nothing when there is no process.</returns>
    /// <exception cref="DevOpsException"><c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>, or why no successor serves.</exception>
    public Task<ServerStatus?> HandOverAsync(HandoverRequest request, CancellationToken ct) => OnceItServesAsync(
        () => _patient.PostAsync(BalancerPaths.Handover, request, BalancerJson.Default.HandoverRequest, ServerJson.Default.ServerStatus, ct),
        ct);

    /// <summary>Takes a backend out for a while, or gives it back.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How the balancer is then; nothing when it has no such backend.</returns>
    /// <exception cref="DevOpsException"><c>ServerNotRunning</c>, <c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public Task<BalancerReport?> HoldAsync(HoldRequest request, CancellationToken ct) =>
        _quick.PostAsync(BalancerPaths.Hold, request, BalancerJson.Default.HoldRequest, BalancerJson.Default.BalancerReport, ct);

    /// <summary>Asks what happened after an event, and waits for something to happen.</summary>
    /// <param name="after">The event's number.</param>
    /// <param name="wait">How long to wait.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>What happened; nothing when there is no process, or one that does not serve yet.</returns>
    /// <exception cref="DevOpsException"><c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public Task<BalancerEvents?> EventsAsync(long after, TimeSpan wait, CancellationToken ct) =>
        UnlessGoneAsync(() => _patient.GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"{BalancerPaths.Events}?after={after}&wait={wait.TotalSeconds:0.###}"),
            BalancerJson.Default.BalancerEvents,
            ct));

    /// <inheritdoc/>
    public void Dispose()
    {
        _quick.Dispose();
        _patient.Dispose();
    }

    private static async Task<T?> UnlessGoneAsync<T>(Func<Task<T?>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (DevOpsException failure) when (failure.Id == "ServerNotRunning")
        {
            return null;
        }
    }

    // A process that is still beginning answers 404: it may have read the settings before they changed.
    private async Task<T?> OnceItServesAsync<T>(Func<Task<T?>> call, CancellationToken ct)
        where T : class
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            if (await UnlessGoneAsync(call) is { } answer) return answer;
            if (await StatusAsync(ct) is not { State: ServerState.Starting or ServerState.Running }) return null;
            if (_time.GetElapsedTime(began) > HandoverTimeout)
            {
                throw new DevOpsException(
                    "BalancerBusy",
                    FailureKind.Timeout,
                    $"The balancer '{name}' has not come to serve within {HandoverTimeout.TotalSeconds:0} seconds.",
                    $"Get-CanaryBalancer {name} shows how it is; its log is in '{ServerFiles.For(state, Role, name).LogFile}'.",
                    name);
            }

            await Task.Delay(LookInterval, _time, ct);
        }
    }
}
