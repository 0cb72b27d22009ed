using DevOps.Core;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Server.Administration;
using DevOps.Server.Heartbeats.History;

namespace DevOps.Server.Heartbeats;

/// <summary>Answers what was, while no monitor runs: a process that lives as long as the question takes.</summary>
internal static class HistoryRole
{
    /// <summary>The role's name on the command line.</summary>
    public const string Name = MonitorHistoryReader.Role;

    /// <summary>Runs the role until it is told to stop.</summary>
    /// <param name="arguments">Its options.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(RoleArguments arguments)
    {
        await using var process = new Reading(StateFolder.Open(arguments.Require("state")), arguments.Require("socket"), arguments.Require("instance"));
        return await ServerRun.RunAsync(process, exception => new ServerFailure(
            "HistoryNotReadable",
            nameof(FailureKind.OperationFailed),
            $"The history of heartbeats cannot be read: {exception.Message}",
            "Start-HeartbeatMonitor puts a damaged one aside and begins anew."));
    }

    /// <summary>The process.</summary>
    private sealed class Reading(StateFolder state, string socketFile, string instance) : IServerProcess
    {
        // Whoever started it may have been killed.
        private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(2);

        private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();
        private readonly CancellationTokenSource _stopping = new();
        private WebApplication? _administration;
        private HistoryStore? _history;
        private ServerFailure? _failure;

        public async Task RunAsync()
        {
            _history = HistoryStore.OpenForReading(state, TimeProvider.System);
            _administration = await AdministrationSocket.OpenAsync(socketFile, Status, Stop, application =>
                application.Obey(MonitorPaths.History, MonitorJson.Default.MonitorHistoryRequest, MonitorJson.Default.MonitorHistory, AnswerAsync));
            await WaitForStopAsync(LongestLife);
        }

        public void Stop() => _stopping.Cancel();

        public void Fail(ServerFailure failure) => _failure = failure;

        public Task WaitForStopAsync(TimeSpan longest) => Wait.ForAsync(longest, _stopping.Token);

        public async ValueTask DisposeAsync()
        {
            if (_administration is not null) await _administration.DisposeAsync();
            if (_history is not null) await _history.DisposeAsync();
            _stopping.Dispose();
        }

        private ServerStatus Status() => new(Name, instance, Environment.ProcessId, _failure is null ? ServerState.Running : ServerState.Failed, _startedAt, Failure: _failure);

        private async Task<MonitorHistory?> AnswerAsync(MonitorHistoryRequest request, CancellationToken ct) =>
            new(_history is null ? [] : await _history.ListAsync(request.From, request.To, ct));
    }
}
