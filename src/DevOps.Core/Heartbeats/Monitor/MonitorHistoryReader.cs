using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>
/// Reads the history of heartbeats: from the monitor when it runs, else from a process that is started for the question,
/// since the history is read by native code that is not to be loaded into a session.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="programs">Where the program is; beside this assembly when nothing.</param>
public sealed class MonitorHistoryReader(StateFolder state, ServerPrograms? programs = null)
{
    /// <summary>The role's name among the servers.</summary>
    public const string Role = "heartbeat-history";

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Reads it.</summary>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="progress">Hears what is done.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How each target was that was watched.</returns>
    /// <exception cref="DevOpsException"><c>HistoryPeriodInvalid</c>, <c>HistoryNotReadable</c>, and why no process can be started.</exception>
    public async Task<IReadOnlyList<HeartbeatHistory>> ReadAsync(DateTimeOffset from, DateTimeOffset to, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        if (from >= to)
        {
            throw new DevOpsException("HistoryPeriodInvalid", FailureKind.InvalidInput, "The period ends before it begins.", "Give -From a time before -To.", from);
        }

        using var monitor = new MonitorClient(state);
        if (await monitor.HistoryAsync(from, to, ct) is { } history) return history.Targets;
        if (!File.Exists(new MonitorFiles(state).HistoryFile)) return [];
        return await ReadWithoutMonitorAsync(from, to, progress, ct);
    }

    /// <summary>What those processes write: one log for all of them.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <returns>The full path.</returns>
    internal static string LogFile(StateFolder state) => ServerFiles.For(state, Role, "reader").LogFile;

    private async Task<IReadOnlyList<HeartbeatHistory>> ReadWithoutMonitorAsync(DateTimeOffset from, DateTimeOffset to, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var instance = Guid.NewGuid().ToString("N");
        var files = ServerFiles.For(state, Role, instance);
        var launcher = new ServerLauncher();
        await launcher.StartAsync(
            new ServerLaunch(Role, instance, (programs ?? new ServerPrograms()).Server, [Role, "--state", state.Root, "--socket", files.SocketFile, "--instance", instance], ForeignVariables.Removed(), LogFile(state), files.SocketFile, ReadyTimeout),
            progress,
            ct);
        try
        {
            using var reader = new AdministrationClient(files.SocketFile);
            var answer = await reader.PostAsync(MonitorPaths.History, new MonitorHistoryRequest(from, to), MonitorJson.Default.MonitorHistoryRequest, MonitorJson.Default.MonitorHistory, ct);
            return answer?.Targets ?? [];
        }
        finally
        {
            await launcher.StopAsync(files.SocketFile, StopTimeout, CancellationToken.None);
        }
    }
}
