using DevOps.Core.Operations;

namespace DevOps.Core.Servers;

/// <summary>
/// Keeps servers of ours running with systemd, over crashes and restarts of the machine: writes their units, starts and
/// stops them. Root's stand in <c>/etc/systemd/system</c>, anybody else's in the account's own <c>systemd/user</c> folder.
/// </summary>
public sealed class SystemdService
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private readonly SystemdScope _scope;
    private readonly OwnedFiles _units;
    private readonly Systemctl _systemctl;

    /// <summary>Uses the manager that the account may command.</summary>
    public SystemdService()
        : this(Environment.IsPrivilegedProcess ? SystemdScope.System : SystemdScope.User, folder: null)
    {
    }

    /// <summary>Uses a certain manager.</summary>
    /// <param name="scope">Whose.</param>
    /// <param name="folder">Where unit files stand; the usual place when nothing.</param>
    /// <param name="time">The clock, the system's when nothing.</param>
    internal SystemdService(SystemdScope scope, string? folder, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _scope = scope;
        _units = new OwnedFiles(folder ?? SystemdAccount.UnitFolder(scope));
        _systemctl = new Systemctl(scope);
    }

    /// <summary>The full path of a unit's file, which need not exist.</summary>
    /// <param name="unitName">The unit's name.</param>
    /// <returns>The path.</returns>
    public string FileOf(string unitName) => _units.FileOf(unitName);

    /// <summary>Refuses a machine that systemd does not run.</summary>
    /// <param name="unit">What would be started, for whoever has another service manager.</param>
    /// <exception cref="DevOpsException"><c>SystemdMissing</c>.</exception>
    public static void Check(SystemdUnit unit)
    {
        if (Systemctl.IsBooted) return;
        throw new DevOpsException(
            "SystemdMissing",
            FailureKind.NotSupported,
            "This machine is not run by systemd, which -Persistent needs.",
            $"Leave -Persistent out: the server then runs until it is stopped or the machine restarts. To have it started with the machine, let another service manager, or a line with @reboot in the crontab, run: {CommandLine(unit)}");
    }

    /// <summary>Writes a unit's file if it is missing or differs, and has systemd read it.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Whether something was written.</returns>
    /// <exception cref="DevOpsException"><c>SystemdMissing</c>, <c>UnitTaken</c>, <c>UnitNotWritable</c>, <c>UnitTextInvalid</c>, <c>SystemdFailed</c>.</exception>
    public async Task<bool> InstallAsync(SystemdUnit unit, CancellationToken ct)
    {
        Check(unit);
        if (!Write(unit)) return false;
        await _systemctl.ReloadFilesAsync(ct);
        return true;
    }

    /// <summary>Starts a unit now and whenever the machine starts. It need not be ready when this returns.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="progress">Hears what may surprise.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when systemd has begun.</returns>
    /// <exception cref="DevOpsException">As for <see cref="InstallAsync"/>.</exception>
    public async Task StartAsync(SystemdUnit unit, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await InstallAsync(unit, ct);
        await _systemctl.StartAsync(unit.Name, ct);
        SystemdAccount.WarnOfLogout(_scope, progress);
    }

    /// <summary>Stops a unit, waits until it has ended, and has it no longer started with the machine.</summary>
    /// <param name="unitName">The unit's name.</param>
    /// <param name="timeout">How long it may take; systemd kills it before, by the unit's own limit.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Whether there was such a unit.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>, <c>UnitNotStopped</c>.</exception>
    public async Task<bool> StopAsync(string unitName, TimeSpan timeout, CancellationToken ct)
    {
        if (!File.Exists(FileOf(unitName)) || !Systemctl.IsBooted) return false;
        await _systemctl.StopAsync(unitName, ct);
        var began = _time.GetTimestamp();
        while (await IsAliveAsync(unitName, ct))
        {
            if (_time.GetElapsedTime(began) > timeout)
            {
                throw new DevOpsException(
                    "UnitNotStopped",
                    FailureKind.Timeout,
                    $"The unit '{unitName}' has not ended within {timeout.TotalSeconds:0} seconds.",
                    $"See what it is doing: systemctl status {unitName}",
                    unitName);
            }

            // systemctl can wait itself, but nobody could limit that without killing it.
            await Task.Delay(LookInterval, _time, ct);
        }

        return true;
    }

    /// <summary>Removes the file of a unit that was stopped.</summary>
    /// <param name="unitName">The unit's name.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when it is gone.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>, <c>UnitNotWritable</c>.</exception>
    public async Task RemoveAsync(string unitName, CancellationToken ct)
    {
        if (!File.Exists(FileOf(unitName))) return;
        _units.Delete(unitName);
        if (Systemctl.IsBooted) await _systemctl.ReloadFilesAsync(ct);
    }

    /// <summary>Asks whether a unit has a process, or is about to have one.</summary>
    /// <param name="unitName">The unit's name.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Whether it has.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>.</exception>
    public async Task<bool> IsAliveAsync(string unitName, CancellationToken ct) => (await _systemctl.StatusAsync(unitName, ct)).IsAlive;

    /// <summary>Writes a unit's file if it is missing or differs.</summary>
    /// <param name="unit">The unit.</param>
    /// <returns>Whether something was written.</returns>
    internal bool Write(SystemdUnit unit) => _units.Write(unit.Name, SystemdUnitFile.Render(unit, _scope));

    private static string CommandLine(SystemdUnit unit) => string.Join(' ', ((string[])[unit.Program, .. unit.Arguments]).Select(Hosts.PosixQuote.Quote));
}
