using DevOps.Core;
using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Service;
using DevOps.Core.Servers;
using DevOps.Server.Administration;

namespace DevOps.Server.Flags;

/// <summary>
/// The life of the service's process: read the settings and the last known flags, answer, and end when it is told to. That
/// its Redis is away keeps it neither from starting nor from answering.
/// </summary>
/// <param name="settingsFile">The file of <see cref="FlagServiceSettings"/>.</param>
/// <param name="socketFile">The administration socket; nothing where a service manager alone starts and ends it.</param>
/// <param name="time">The clock.</param>
internal sealed class FlagServiceProcess(string settingsFile, string? socketFile, TimeProvider time) : IServerProcess
{
    private static readonly TimeSpan SettingsInterval = TimeSpan.FromSeconds(1);

    // Whoever asks first shall be answered; without a Redis and without anything known, a start does not take longer than this.
    private static readonly TimeSpan FirstFlags = TimeSpan.FromSeconds(5);

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _administration;
    private FlagServiceSettings? _settings;
    private FlagClient? _client;
    private FlagDoor? _door;
    private ServerFailure? _failure;
    private string _phase = ServerState.Starting;

    /// <inheritdoc/>
    public async Task RunAsync()
    {
        if (socketFile is not null)
        {
            await StaleSocket.RemoveAsync(
                socketFile,
                processId => new DevOpsException("FeatureFlagServiceRunning", FailureKind.Conflict, $"The feature flag service runs already, as process {processId}.", "Get-FeatureFlagService shows it."),
                _stopping.Token);
            _administration = await AdministrationSocket.OpenAsync(socketFile, Status, Stop);
        }

        var settings = _settings = FlagServiceSettings.Read(settingsFile);
        _client = await FlagClient.StartAsync(settings.Source, settings.SnapshotFile, time, _stopping.Token);
        await WaitForFlagsAsync(_client);
        var access = new FlagAccess(settings);
        var answers = new FlagAnswers(_client, access, Health, _stopping.Token);
        _door = await FlagDoor.OpenAsync(settings, answers.HandleAsync, _stopping.Token);
        _phase = ServerState.Running;
        ServiceManager.SayReady();

        await FollowSettingsAsync(access);
        _phase = ServerState.Stopping;
        ServiceManager.SayStopping();
    }

    /// <inheritdoc/>
    public void Stop() => _stopping.Cancel();

    /// <inheritdoc/>
    public void Fail(ServerFailure failure) => _failure = failure;

    /// <inheritdoc/>
    public Task WaitForStopAsync(TimeSpan longest) => _administration is null ? Task.CompletedTask : Wait.ForAsync(longest, _stopping.Token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_door is not null) await _door.DisposeAsync();
        // Writes the last known flags once more.
        if (_client is not null) await _client.DisposeAsync();
        if (_administration is not null) await _administration.DisposeAsync();
        _stopping.Dispose();
    }

    private ServerStatus Status() => new(
        FlagServiceNames.Role,
        _settings?.Server ?? string.Empty,
        Environment.ProcessId,
        _failure is null ? _phase : ServerState.Failed,
        _startedAt,
        _phase == ServerState.Starting ? "reading the flags" : null,
        Endpoint: _door?.Endpoint,
        Failure: _failure);

    private FlagServiceHealth Health() => FlagServiceHealthReport.Of(_settings!, _client!.Status, _startedAt, time.GetUtcNow());

    private async Task WaitForFlagsAsync(FlagClient client)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        patience.CancelAfter(FirstFlags);
        try
        {
            await client.WaitForChangeAsync(FlagSet.Empty, patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Then it says that it knows none.
        }
    }

    // Whom it answers can change while it runs; whatever else changes, it is started anew.
    private async Task FollowSettingsAsync(FlagAccess access)
    {
        var known = WrittenAt();
        while (!_stopping.IsCancellationRequested)
        {
            await Wait.ForAsync(SettingsInterval, _stopping.Token);
            var written = WrittenAt();
            if (written == known) continue;
            known = written;
            try
            {
                access.Take(FlagServiceSettings.Read(settingsFile));
            }
            catch (DevOpsException failure)
            {
                // Until they can be read, those that are known go on.
                await Console.Error.WriteLineAsync(failure.Message);
            }
        }
    }

    private DateTime WrittenAt() => File.GetLastWriteTimeUtc(settingsFile);
}
