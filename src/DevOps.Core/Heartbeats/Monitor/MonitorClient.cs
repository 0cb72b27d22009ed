using System.Globalization;
using DevOps.Core.Servers;
using DevOps.Core.State;

namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>Asks the monitor's process, and tells it what to do.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class MonitorClient(StateFolder state) : IDisposable
{
    /// <summary>The role's name among the servers.</summary>
    public const string Role = "heartbeats";

    /// <summary>An installation has one monitor.</summary>
    public const string Instance = "monitor";

    // A process answers at once: one that does not is stuck, and whoever looks shall not be.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    // The slowest check takes a minute, and is confirmed.
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromMinutes(10);

    private readonly AdministrationClient _quick = new(ServerFiles.For(state, Role, Instance).SocketFile, AnswerTimeout);
    private readonly AdministrationClient _patient = new(ServerFiles.For(state, Role, Instance).SocketFile, CheckTimeout);

    /// <summary>Asks how the process is.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>Its status; nothing when there is no process.</returns>
    /// <exception cref="DevOpsException"><c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public Task<ServerStatus?> StatusAsync(CancellationToken ct) => _quick.GetStatusAsync(ct);

    /// <summary>Asks how the monitor is.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>The report; nothing when there is no process, or one that has not begun yet.</returns>
    public Task<MonitorReport?> ReportAsync(CancellationToken ct) => UnlessGoneAsync(() => _quick.GetAsync(MonitorPaths.Report, MonitorJson.Default.MonitorReport, ct));

    /// <summary>Asks for the beats after a number, and waits for some to come.</summary>
    /// <param name="after">The number.</param>
    /// <param name="onlyChanges">Whether only beats are wanted at which a target came to be in another state.</param>
    /// <param name="wait">How long to wait.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The beats; nothing when there is no process.</returns>
    public Task<MonitorBeats?> BeatsAsync(long after, bool onlyChanges, TimeSpan wait, CancellationToken ct) => UnlessGoneAsync(() => _patient.GetAsync(
        string.Create(CultureInfo.InvariantCulture, $"{MonitorPaths.Beats}?after={after}&wait={wait.TotalSeconds:0.###}&changes={(onlyChanges ? "true" : "false")}"),
        MonitorJson.Default.MonitorBeats,
        ct));

    /// <summary>Has targets checked now.</summary>
    /// <param name="keys">The targets, by <see cref="HeartbeatKey"/>.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How each of them is that the monitor knows; nothing when there is no process.</returns>
    public Task<MonitorBeats?> CheckAsync(IReadOnlyList<string> keys, CancellationToken ct) => UnlessGoneAsync(() =>
        _patient.PostAsync(MonitorPaths.Check, new MonitorCheckRequest(keys), MonitorJson.Default.MonitorCheckRequest, MonitorJson.Default.MonitorBeats, ct));

    /// <summary>Has the process take settings and targets over.</summary>
    /// <param name="version">The version that the settings have at least.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How the monitor is then; nothing when there is no process.</returns>
    public Task<MonitorReport?> ReloadAsync(int version, CancellationToken ct) => UnlessGoneAsync(() =>
        _patient.PostAsync(MonitorPaths.Reload, new MonitorReload(version), MonitorJson.Default.MonitorReload, MonitorJson.Default.MonitorReport, ct));

    /// <summary>Asks how targets were.</summary>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How they were; nothing when there is no process.</returns>
    public Task<MonitorHistory?> HistoryAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => UnlessGoneAsync(() =>
        _patient.PostAsync(MonitorPaths.History, new MonitorHistoryRequest(from, to), MonitorJson.Default.MonitorHistoryRequest, MonitorJson.Default.MonitorHistory, ct));

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
}
