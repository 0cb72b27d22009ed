using System.Net;
using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Hosts;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Model;

namespace DevOps.Core.Flags.Service;

/// <summary>A service on a node of the flag server, beside its Redis.</summary>
/// <param name="server">The flag server.</param>
/// <param name="node">The node.</param>
/// <param name="session">The SSH connection to its droplet; disposed with this.</param>
/// <param name="programs">Where this module's program is.</param>
/// <param name="packages">What was gathered for other nodes.</param>
internal sealed class FlagServiceNode(SavedFlagServer server, SavedFlagServerNode node, HostSession session, ServerPrograms programs, FlagServicePackages packages) : IFlagServicePlace
{
    private readonly FlagServiceHost _host = new(session);

    /// <inheritdoc/>
    public string Node => node.Name;

    /// <inheritdoc/>
    public async Task StartAsync(SavedFlagService service, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        Show("looking at the node");
        var facts = await _host.FactsAsync(ct);
        var program = await packages.GetAsync(facts, () => Gather(facts), ct);
        if (!facts.Programs.Contains(program.Id))
        {
            Show("sending the program");
            await using var package = await program.OpenAsync(ct);
            await _host.SendAsync(program.Id, package, program.Size, ct);
        }

        Show("starting");
        var dotnet = program.HasRuntime ? $"{FlagServiceUnit.ProgramFolder}/{program.Id}/dotnet/dotnet" : facts.Dotnet!;
        HostFile unit = new($"/etc/systemd/system/{FlagServiceUnit.Name}", "0644", "root", FlagServiceUnit.Render(server.Name, program.Id, dotnet));
        var changes = await _host.ConfigureAsync(server.Name, program.Id, service.IsPersistent, [unit, SettingsFile(service)], ct);
        foreach (var change in changes) progress.Report(new VerboseMessage($"{Node}: {change}"));

        void Show(string status) => progress.Report(new ProgressMessage(FlagServiceControl.Activity, Node, status));
    }

    /// <inheritdoc/>
    public Task AdmitAsync(SavedFlagService service, CancellationToken ct) => _host.AdmitAsync(SettingsFile(service), ct);

    /// <inheritdoc/>
    public async Task<FeatureFlagService> DescribeAsync(SavedFlagService service, CancellationToken ct)
    {
        // Its loopback is reached from everywhere that SSH is; its private address may not be.
        using var tunnel = session.OpenTunnel(service.Port);
        var health = await FlagServiceProbe.AskAsync(tunnel.Endpoint, ct);
        var problem = health is null ? Problem(await _host.StatusAsync(ct)) : null;
        return FlagServiceProbe.Describe(server.Name, Node, UriOf(node, service), service, health, problem);
    }

    /// <inheritdoc/>
    public Task StopAsync(SavedFlagService service, bool isRemoved, CancellationToken ct) => _host.StopAsync(server.Name, isRemoved, ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => session.DisposeAsync();

    /// <summary>Where applications reach the service of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="service">The service.</param>
    /// <returns>The address.</returns>
    public static Uri UriOf(SavedFlagServerNode node, SavedFlagService service) => new UriBuilder(Uri.UriSchemeHttp, node.Address, service.Port).Uri;

    private static string? Problem((string State, string LastLine) status) => status.State switch
    {
        // Stopped, or never started: nothing is wrong.
        "inactive" or "unknown" => null,
        "active" => "it runs, and does not answer at its port",
        _ => status.LastLine.Length > 0 ? $"systemd says '{status.State}': {status.LastLine}" : $"systemd says '{status.State}'",
    };

    private FlagServiceProgram Gather(FlagServiceHostFacts facts)
    {
        if (FlagServiceProgram.RunsOn(facts)) return FlagServiceProgram.Of(programs.Server, facts, ServerPrograms.FindDotnet());
        if (facts.Dotnet is not null) return FlagServiceProgram.Of(programs.Server, facts, dotnet: null);
        throw new DevOpsException(
            "FeatureFlagServiceRuntimeMissing",
            FailureKind.NotSupported,
            $"{Node}: the node ({facts.Architecture}) has no .NET 10 with ASP.NET Core, and that of this machine does not run there.",
            $"Install the ASP.NET Core runtime 10 on the droplets of fleet '{server.Fleet}' (https://learn.microsoft.com/dotnet/core/install/linux), in /usr/share/dotnet or /usr/lib/dotnet, then run this again.",
            server.Name);
    }

    private HostFile SettingsFile(SavedFlagService service)
    {
        var login = server.LoginOf(FlagServerUser.Reader);
        var settings = new FlagServiceSettings
        {
            Server = server.Name,
            Node = Node,
            ListenAddresses = [node.Address, IPAddress.Loopback.ToString()],
            Port = service.Port,
            Source = new FlagSourceAddress(IPAddress.Loopback.ToString(), node.Port, login.User, login.Password),
            SnapshotFile = FlagServiceUnit.SnapshotFile,
            Tokens = service.Tokens,
            AllowedOrigins = service.AllowedOrigins,
        };
        return new HostFile(FlagServiceUnit.SettingsFile, "0640", FlagServiceUnit.Account, System.Text.Encoding.UTF8.GetString(settings.ToJson()));
    }
}
