using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;

namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>Starts and ends the monitor's process, by itself or through systemd.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="programs">Where the program is.</param>
/// <param name="systemd">The service manager.</param>
/// <param name="time">The clock.</param>
internal sealed class MonitorLauncher(StateFolder state, ServerPrograms programs, SystemdService systemd, TimeProvider time)
{
    private const string UnitName = "devops-heartbeats.service";
    private const int FirstUnprivilegedPort = 1_024;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly ServerKeeper _keeper = new(systemd, time);

    /// <summary>What its process writes.</summary>
    public string LogFile => Files.LogFile;

    private ServerFiles Files => ServerFiles.For(state, MonitorClient.Role, MonitorClient.Instance);

    /// <summary>Asks whether settings take another process: one that somebody else keeps running, or whose unit lets it open other ports.</summary>
    /// <param name="before">The settings of the process that runs.</param>
    /// <param name="after">The new ones.</param>
    /// <returns>Whether they do.</returns>
    public static bool TakesOtherProcess(MonitorSettings before, MonitorSettings after) =>
        before.IsPersistent != after.IsPersistent || (after.IsPersistent && OpensPrivilegedPort(before) != OpensPrivilegedPort(after));

    /// <summary>Refuses what cannot be started before anything is changed for it.</summary>
    /// <param name="settings">The settings.</param>
    /// <exception cref="DevOpsException"><c>SystemdMissing</c>, <c>ServerProgramMissing</c>, <c>DotnetMissing</c>.</exception>
    public void Check(MonitorSettings settings)
    {
        var launch = Launch(TimeSpan.Zero);
        if (settings.IsPersistent) SystemdService.Check(Unit(settings, launch));
    }

    /// <summary>Starts the process and waits until it runs.</summary>
    /// <param name="settings">The settings, which stand in their file.</param>
    /// <param name="readyTimeout">How long it may take.</param>
    /// <param name="progress">Hears what it does.</param>
    /// <param name="ct">Ends the wait and the process.</param>
    /// <returns>Its status.</returns>
    public Task<ServerStatus> StartAsync(MonitorSettings settings, TimeSpan readyTimeout, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var launch = Launch(readyTimeout);
        return _keeper.StartAsync(launch, settings.IsPersistent ? Unit(settings, launch) : null, progress, ct);
    }

    /// <summary>Ends the process.</summary>
    /// <param name="settings">The settings that it runs with.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Whether there was a process.</returns>
    public Task<bool> StopAsync(MonitorSettings settings, CancellationToken ct) =>
        _keeper.StopAsync(Files.SocketFile, settings.IsPersistent ? UnitName : null, StopTimeout, ct);

    /// <summary>Removes the unit, once it was stopped.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when it is gone.</returns>
    public Task RemoveUnitAsync(CancellationToken ct) => systemd.RemoveAsync(UnitName, ct);

    private static bool OpensPrivilegedPort(MonitorSettings settings) => settings.Port < FirstUnprivilegedPort;

    private ServerLaunch Launch(TimeSpan readyTimeout)
    {
        var variables = ForeignVariables.Removed();
        foreach (var (variable, value) in MonitorVariables.All) variables[variable] = value;
        return new ServerLaunch(
            MonitorClient.Role,
            MonitorClient.Instance,
            programs.Server,
            [MonitorClient.Role, "--state", state.Root, "--socket", Files.SocketFile],
            variables,
            Files.LogFile,
            Files.SocketFile,
            readyTimeout);
    }

    private SystemdUnit Unit(MonitorSettings settings, ServerLaunch launch) => new()
    {
        Name = UnitName,
        Description = "Heartbeat monitor",
        StateFolder = state.Root,
        Program = ServerPrograms.FindDotnet(),
        Arguments = [launch.AssemblyFile, .. launch.Arguments],
        Variables = MonitorVariables.All,
        LogFile = launch.LogFile,
        SocketFile = launch.SocketFile,
        OpensPrivilegedPort = OpensPrivilegedPort(settings),
        StopTimeout = StopTimeout,
    };
}
