using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Droplets;
using DevOps.Core.Flags.Servers;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Makes the droplets of a fleet a feature flag server: a Redis master and its replicas.</para>
/// <para type="description">Installs Debian's redis-server on every droplet over SSH, with a configuration, accounts and passwords of its own; the passwords are made once and kept in the state folder. The first droplet becomes the master. The nodes listen at their private addresses and on loopback. Each change is on the master's disk before it is acknowledged, and a master that no replica follows takes none.</para>
/// <para type="description">Run again, it puts right what is not so any more: it starts what is stopped, restores configuration and accounts, and has every node follow the master. A droplet without data, such as one that was made anew, always becomes a replica. When the master is gone or has lost its data, the replica that has most takes its place, provided that every other node of the fleet answers. When all is right nothing is changed, and a line says so.</para>
/// </summary>
/// <example>
/// <code>New-DropletFleet flags -Count 3; Install-FeatureFlagServer -Fleet flags</code>
/// <para>Makes three droplets, and a master and two replicas of them. The server is called after the fleet.</para>
/// </example>
/// <example>
/// <code>Install-FeatureFlagServer -Fleet flags -Verbose</code>
/// <para>Repairs the server, and says what it changes at which node.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Install, "FeatureFlagServer", SupportsShouldProcess = true)]
[OutputType(typeof(FeatureFlagServer))]
public sealed class InstallFeatureFlagServerCommand : CloudCommand
{
    /// <summary>The exact name of the fleet: two droplets at least, three for a server that takes changes while one of them is down.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [ValidateNotNullOrEmpty]
    public string Fleet { get; set; } = string.Empty;

    /// <summary>The server's name. By default the fleet's.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>How long a replica may take until it has all data. By default five minutes.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var account = Run((_, ct) => Session().DescribeAccountAsync(ct));
        if (!ShouldProcess($"fleet '{Fleet}' of {account}", $"Install or repair feature flag server '{Name ?? Fleet}'")) return;
        var installer = new FlagServerInstaller(State()) { Timeout = Timeout };
        var request = new FlagServerInstallation(Name ?? Fleet, Fleet, Connection);
        if (TryRun((progress, ct) => installer.InstallAsync(request, progress, ct), out var server)) WriteObject(server);
    }
}
