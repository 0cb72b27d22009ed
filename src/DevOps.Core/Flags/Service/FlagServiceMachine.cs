using System.Net;
using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Flags.Service;

/// <summary>A service on this machine: that of a flag server which was named by its address.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="server">The flag server.</param>
/// <param name="programs">Where the program is.</param>
/// <param name="systemd">The service manager.</param>
/// <param name="time">The clock.</param>
internal sealed class FlagServiceMachine(StateFolder state, SavedFlagServer server, ServerPrograms programs, SystemdService systemd, TimeProvider time) : IFlagServicePlace
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly FlagServiceStore _store = new(state);
    private readonly ServerKeeper _keeper = new(systemd, time);

    /// <inheritdoc/>
    public string Node => "localhost";

    private string SettingsFile => _store.FileOf(server.Name, "settings.json");

    private ServerFiles Files => ServerFiles.For(state, FlagServiceNames.Role, server.Name);

    private string UnitName => $"devops-flags-{server.Name}.service";

    /// <inheritdoc/>
    public async Task StartAsync(SavedFlagService service, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var launch = Launch();
        if (service.IsPersistent) SystemdService.Check(Unit(launch));
        var wanted = Settings(service);
        var before = File.Exists(SettingsFile) ? FlagServiceSettings.Read(SettingsFile) : null;
        var isRunning = await IsRunningAsync(ct);
        var wasPersistent = IsUnitThere();
        if (isRunning && before is not null && before.IsSameBut(wanted) && wasPersistent == service.IsPersistent)
        {
            state.Write(SettingsFile, wanted.ToJson());
            return;
        }

        // What is told at its start can only be told to another process.
        if (isRunning || wasPersistent) await EndAsync(wasPersistent, ct);
        state.Write(SettingsFile, wanted.ToJson());
        try
        {
            await _keeper.StartAsync(launch, service.IsPersistent ? Unit(launch) : null, progress, ct);
        }
        catch (Exception exception) when (isRunning && before is not null && exception is DevOpsException or OperationCanceledException)
        {
            await GoBackAsync(before!, launch, wasPersistent, progress);
            throw;
        }

        if (!wanted.IsLocal && wanted.Tokens.Count == 0) progress.Report(new WarningMessage($"Whoever reaches this machine reaches the service at port {wanted.Port}, which answers nobody as long as no application has a token: New-FeatureFlagToken {server.Name} makes one. Nothing is encrypted on the way."));
    }

    /// <inheritdoc/>
    public Task AdmitAsync(SavedFlagService service, CancellationToken ct)
    {
        if (File.Exists(SettingsFile)) state.Write(SettingsFile, Settings(service).ToJson());
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<FeatureFlagService> DescribeAsync(SavedFlagService service, CancellationToken ct)
    {
        var uri = UriOf(service);
        return FlagServiceProbe.Describe(server.Name, Node, uri, service, await FlagServiceProbe.AskAsync(uri, ct));
    }

    /// <inheritdoc/>
    public async Task StopAsync(SavedFlagService service, bool isRemoved, CancellationToken ct)
    {
        await EndAsync(IsUnitThere(), ct);
        if (isRemoved) File.Delete(Files.LogFile);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // Whoever asked it is answered again as before. Why the change failed is the error; what cannot be made good after it is a warning.
    private async Task GoBackAsync(FlagServiceSettings before, ServerLaunch launch, bool wasPersistent, IProgress<OperationMessage> progress)
    {
        try
        {
            state.Write(SettingsFile, before.ToJson());
            await _keeper.StartAsync(launch, wasPersistent ? Unit(launch) : null, progress, CancellationToken.None);
        }
        catch (DevOpsException failure)
        {
            progress.Report(new WarningMessage($"The feature flag service does not run as it did before, either: {failure.Message} Start-FeatureFlagService {server.Name} tries it again."));
        }
    }

    private async Task<bool> IsRunningAsync(CancellationToken ct)
    {
        using var administration = new AdministrationClient(Files.SocketFile);
        return await administration.GetStatusAsync(ct) is { State: ServerState.Running or ServerState.Starting };
    }

    private bool IsUnitThere() => File.Exists(systemd.FileOf(UnitName));

    private async Task EndAsync(bool isUnit, CancellationToken ct)
    {
        await _keeper.StopAsync(Files.SocketFile, isUnit ? UnitName : null, StopTimeout, ct);
        if (isUnit) await systemd.RemoveAsync(UnitName, ct);
    }

    private FlagServiceSettings Settings(SavedFlagService service)
    {
        var login = server.LoginOf(FlagServerUser.Reader);
        var node = FlagServerAddress.NodeOf(server.Uri!);
        return new FlagServiceSettings
        {
            Server = server.Name,
            Node = Node,
            ListenAddresses = [service.ListenAddress ?? IPAddress.Loopback.ToString()],
            Port = service.Port,
            Source = new FlagSourceAddress(node.Address, node.Port, login.User, login.Password) { IsEncrypted = server.Uri!.Scheme == FlagServerAddress.TlsScheme },
            SnapshotFile = _store.FileOf(server.Name, "flags.json"),
            Tokens = service.Tokens,
            AllowedOrigins = service.AllowedOrigins,
        };
    }

    private static Uri UriOf(SavedFlagService service)
    {
        var address = IPAddress.Parse(service.ListenAddress ?? IPAddress.Loopback.ToString());
        // What listens at every address is reached at this one from here.
        var host = address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;
        return new UriBuilder(Uri.UriSchemeHttp, host.ToString(), service.Port).Uri;
    }

    private ServerLaunch Launch()
    {
        var variables = ForeignVariables.Removed();
        foreach (var (variable, value) in FlagServiceVariables.All) variables[variable] = value;
        return new ServerLaunch(
            FlagServiceNames.Role,
            server.Name,
            programs.Server,
            [FlagServiceNames.Role, "--settings", SettingsFile, "--socket", Files.SocketFile],
            variables,
            Files.LogFile,
            Files.SocketFile,
            ReadyTimeout);
    }

    private SystemdUnit Unit(ServerLaunch launch) => new()
    {
        Name = UnitName,
        Description = $"Feature flag service of {server.Name}",
        StateFolder = state.Root,
        Program = ServerPrograms.FindDotnet(),
        Arguments = [launch.AssemblyFile, .. launch.Arguments],
        Variables = FlagServiceVariables.All,
        LogFile = launch.LogFile,
        SocketFile = launch.SocketFile,
        StopTimeout = StopTimeout,
    };
}
