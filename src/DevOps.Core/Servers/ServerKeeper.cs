using DevOps.Core.Operations;

namespace DevOps.Core.Servers;

/// <summary>Starts and ends the process of a server, by itself or through systemd.</summary>
/// <param name="systemd">The service manager.</param>
/// <param name="time">The clock.</param>
internal sealed class ServerKeeper(SystemdService systemd, TimeProvider time)
{
    private readonly ServerLauncher _launcher = new(time);

    /// <summary>What a unit that failed to start may take to end.</summary>
    public TimeSpan EndGrace { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Starts the process and waits until it runs. One that runs already is left alone.</summary>
    /// <param name="launch">What is started.</param>
    /// <param name="unit">The unit that keeps it running; nothing when it is to run until it is stopped.</param>
    /// <param name="progress">Hears what it does.</param>
    /// <param name="ct">Ends the wait and the process.</param>
    /// <returns>Its status.</returns>
    /// <exception cref="DevOpsException">What <see cref="ServerLauncher.StartAsync"/> and <see cref="SystemdService.StartAsync"/> say.</exception>
    public async Task<ServerStatus> StartAsync(ServerLaunch launch, SystemdUnit? unit, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        if (unit is null) return await _launcher.StartAsync(launch, progress, ct);
        try
        {
            await systemd.StartAsync(unit, progress, ct);
            return await _launcher.WaitAsync(launch, cancel => systemd.IsAliveAsync(unit.Name, cancel), progress, ct);
        }
        catch (Exception exception) when (exception is DevOpsException or OperationCanceledException)
        {
            // systemd would try it again and again.
            await DiscardAsync(unit.Name, progress);
            throw;
        }
    }

    /// <summary>Has the process finish what it has begun and end.</summary>
    /// <param name="socketFile">Its administration socket.</param>
    /// <param name="unitName">The unit that keeps it running; nothing when there is none.</param>
    /// <param name="longest">How long it may take.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Whether there was a process.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>, <c>UnitNotStopped</c>, <c>ServerNotAnswering</c>.</exception>
    public async Task<bool> StopAsync(string socketFile, string? unitName, TimeSpan longest, CancellationToken ct)
    {
        var wasUnit = unitName is not null && await systemd.StopAsync(unitName, longest, ct);
        return await _launcher.StopAsync(socketFile, longest, ct) || wasUnit;
    }

    // Why the start failed is the error; what cannot be cleaned up after it is a warning.
    private async Task DiscardAsync(string unitName, IProgress<OperationMessage> progress)
    {
        try
        {
            try
            {
                await systemd.StopAsync(unitName, EndGrace, CancellationToken.None);
            }
            finally
            {
                await systemd.RemoveAsync(unitName, CancellationToken.None);
            }
        }
        catch (DevOpsException failure)
        {
            progress.Report(new WarningMessage($"The unit '{unitName}' was not removed completely: {failure.Message}"));
        }
    }
}
