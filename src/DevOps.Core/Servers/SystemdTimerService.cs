using System.Globalization;
using DevOps.Core.Operations;

namespace DevOps.Core.Servers;

/// <summary>Has systemd run programs of ours again and again: writes their units, and tells how they stand.</summary>
public sealed class SystemdTimerService
{
    private readonly SystemdScope _scope;
    private readonly OwnedFiles _units;
    private readonly Systemctl _systemctl;

    /// <summary>Uses the manager that the account may command.</summary>
    public SystemdTimerService()
        : this(Environment.IsPrivilegedProcess ? SystemdScope.System : SystemdScope.User, folder: null)
    {
    }

    /// <summary>Uses a certain manager.</summary>
    /// <param name="scope">Whose.</param>
    /// <param name="folder">Where unit files stand; the usual place when nothing.</param>
    internal SystemdTimerService(SystemdScope scope, string? folder)
    {
        _scope = scope;
        _units = new OwnedFiles(folder ?? SystemdAccount.UnitFolder(scope));
        _systemctl = new Systemctl(scope);
    }

    /// <summary>Whether systemd runs this machine.</summary>
    public static bool IsAvailable => Systemctl.IsBooted;

    /// <summary>Begins a timer, now and whenever the machine starts. One of that name is changed.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="progress">Hears what may surprise.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when systemd has begun.</returns>
    /// <exception cref="DevOpsException"><c>UnitTaken</c>, <c>UnitNotWritable</c>, <c>UnitTextInvalid</c>, <c>SystemdFailed</c>.</exception>
    public async Task StartAsync(SystemdTimer timer, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var hasChanged = _units.Write(timer.ServiceUnit, SystemdTimerFile.RenderService(timer));
        hasChanged |= _units.Write(timer.TimerUnit, SystemdTimerFile.RenderTimer(timer));
        if (hasChanged) await _systemctl.ReloadFilesAsync(ct);
        await _systemctl.EnableAsync(timer.TimerUnit, ct);
        // A timer that runs goes by its old interval until it is begun anew.
        await _systemctl.RestartAsync(timer.TimerUnit, ct);
        SystemdAccount.WarnOfLogout(_scope, progress);
    }

    /// <summary>Ends a timer and removes its units. A run that has begun is not cut off.</summary>
    /// <param name="name">The name of its units without their types.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when they are gone.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>, <c>UnitNotWritable</c>.</exception>
    public async Task RemoveAsync(string name, CancellationToken ct)
    {
        if (Systemctl.IsBooted) await _systemctl.StopAsync($"{name}.timer", ct);
        _units.Delete($"{name}.timer");
        _units.Delete($"{name}.service");
        if (Systemctl.IsBooted) await _systemctl.ReloadFilesAsync(ct);
    }

    /// <summary>Lists an installation's timers.</summary>
    /// <param name="stateFolder">The installation's state folder.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The timers, by name.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>.</exception>
    public async Task<IReadOnlyList<SystemdTimerStatus>> ListAsync(string stateFolder, string prefix, CancellationToken ct)
    {
        var timers = new List<SystemdTimerStatus>();
        foreach (var (file, text) in _units.OwnedBy(stateFolder, $"{prefix}*.timer"))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var service = _units.FileOf($"{name}.service");
            var (lastRun, exitCode) = await LastRunAsync(name, ct);
            timers.Add(new SystemdTimerStatus(name, file, SystemdTimerFile.ReadInterval(text), File.Exists(service) ? SystemdTimerFile.ReadCommand(await File.ReadAllTextAsync(service, ct)) : string.Empty, lastRun, exitCode));
        }

        return timers;
    }

    private async Task<(DateTimeOffset? At, int? ExitCode)> LastRunAsync(string name, CancellationToken ct)
    {
        if (!Systemctl.IsBooted) return (null, null);
        var values = await _systemctl.ShowAsync($"{name}.service", ["ExecMainStartTimestamp", "ExecMainExitTimestamp", "ExecMainStatus"], ct);
        var began = Timestamp(values.GetValueOrDefault("ExecMainStartTimestamp"));
        var hasEnded = Timestamp(values.GetValueOrDefault("ExecMainExitTimestamp")) is not null;
        return (began, hasEnded && int.TryParse(values.GetValueOrDefault("ExecMainStatus"), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : null);
    }

    // @SECONDS, as --timestamp=unix has it; nothing, "n/a" or "0" when it never was.
    private static DateTimeOffset? Timestamp(string? text) =>
        text is ['@', .. var seconds] && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var unix) && unix > 0 ? DateTimeOffset.FromUnixTimeSeconds(unix) : null;
}
