using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;

namespace DevOps.Core.Balancing;

/// <summary>Starts, replaces and ends the process of a balancer, by itself or through systemd.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="programs">Where the program is.</param>
/// <param name="systemd">The service manager.</param>
/// <param name="time">The clock.</param>
internal sealed class BalancerLauncher(StateFolder state, ServerPrograms programs, SystemdService systemd, TimeProvider time)
{
    private readonly ServerKeeper _keeper = new(systemd, time);

    /// <summary>What a process may take to end beside the time to drain, before it is killed.</summary>
    public TimeSpan EndGrace
    {
        get => _keeper.EndGrace;
        set => _keeper.EndGrace = value;
    }

    /// <summary>Refuses what cannot be started before anything is changed for it.</summary>
    /// <param name="settings">The balancer's settings.</param>
    /// <exception cref="DevOpsException"><c>SystemdMissing</c>, <c>CertificateInvalid</c>, <c>ServerProgramMissing</c>, <c>DotnetMissing</c>.</exception>
    public void Check(BalancerSettings settings)
    {
        BalancerRules.CheckCertificate(settings);
        var launch = Launch(settings, TimeSpan.Zero);
        if (settings.IsPersistent) SystemdService.Check(Unit(settings, launch));
    }

    /// <summary>Starts the process and waits until it serves. One that serves already is left alone.</summary>
    /// <param name="settings">The balancer's settings, which stand in its file.</param>
    /// <param name="readyTimeout">How long it may take.</param>
    /// <param name="progress">Hears what it does.</param>
    /// <param name="ct">Ends the wait and the process.</param>
    /// <returns>Its status.</returns>
    /// <exception cref="DevOpsException">What <see cref="ServerLauncher.StartAsync"/> and <see cref="SystemdService.StartAsync"/> say.</exception>
    public Task<ServerStatus> StartAsync(BalancerSettings settings, TimeSpan readyTimeout, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var launch = Launch(settings, readyTimeout);
        return _keeper.StartAsync(launch, settings.IsPersistent ? Unit(settings, launch) : null, progress, ct);
    }

    /// <summary>Has a running process replaced by one of this module's program, without losing a request.</summary>
    /// <param name="settings">The balancer's settings, which stand in its file.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The successor's status; nothing when no process runs.</returns>
    /// <exception cref="DevOpsException">What <see cref="BalancerClient.HandOverAsync"/> says.</exception>
    public async Task<ServerStatus?> ReplaceAsync(BalancerSettings settings, CancellationToken ct)
    {
        await UpdateUnitAsync(settings, ct);
        using var client = new BalancerClient(state, settings.Name, time);
        return await client.HandOverAsync(new HandoverRequest(ServerPrograms.FindDotnet(), programs.Server), ct);
    }

    /// <summary>Writes the unit of a persistent balancer anew if the settings ask for another one.</summary>
    /// <param name="settings">The balancer's settings.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when systemd has read it.</returns>
    /// <exception cref="DevOpsException">What <see cref="SystemdService.InstallAsync"/> says.</exception>
    public async Task UpdateUnitAsync(BalancerSettings settings, CancellationToken ct)
    {
        if (settings.IsPersistent) await systemd.InstallAsync(Unit(settings, Launch(settings, TimeSpan.Zero)), ct);
    }

    /// <summary>Has the process finish what it has begun and end.</summary>
    /// <param name="settings">The settings that it runs with.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Whether there was a process.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>, <c>UnitNotStopped</c>, <c>ServerNotAnswering</c>.</exception>
    public Task<bool> StopAsync(BalancerSettings settings, CancellationToken ct) =>
        _keeper.StopAsync(Files(settings).SocketFile, settings.IsPersistent ? BalancerUnit.NameOf(settings.Name) : null, settings.DrainTimeout + EndGrace, ct);

    /// <summary>Removes the unit of a balancer that was stopped.</summary>
    /// <param name="name">The balancer's name.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when it is gone.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>, <c>UnitNotWritable</c>.</exception>
    public Task RemoveUnitAsync(string name, CancellationToken ct) => systemd.RemoveAsync(BalancerUnit.NameOf(name), ct);

    private ServerFiles Files(BalancerSettings settings) => ServerFiles.For(state, BalancerClient.Role, settings.Name);

    private ServerLaunch Launch(BalancerSettings settings, TimeSpan readyTimeout)
    {
        var files = Files(settings);
        var variables = ForeignVariables.Removed();
        foreach (var (variable, value) in BalancerVariables.All) variables[variable] = value;
        return new ServerLaunch(
            BalancerClient.Role,
            settings.Name,
            programs.Server,
            [BalancerClient.Role, "--state", state.Root, "--balancer", settings.Name, "--socket", files.SocketFile],
            variables,
            files.LogFile,
            files.SocketFile,
            readyTimeout);
    }

    private SystemdUnit Unit(BalancerSettings settings, ServerLaunch launch) => BalancerUnit.Of(settings, state, launch, ServerPrograms.FindDotnet());
}
