using DevOps.Core.DigitalOcean;
using DevOps.Core.Hosts;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Flags.Servers;

/// <summary>What an installation is asked to do.</summary>
/// <param name="Name">The server's name.</param>
/// <param name="Fleet">The fleet whose droplets become its nodes.</param>
/// <param name="Connection">The cloud connection to find them with; nothing for the selected one.</param>
public sealed record FlagServerInstallation(string Name, string Fleet, string? Connection);

/// <summary>
/// Makes the droplets of a fleet a master and its replicas, and puts right what is not so any more. A node without data
/// never becomes master while another has some.
/// </summary>
/// <param name="state">The installation's state folder.</param>
public sealed class FlagServerInstaller(StateFolder state)
{
    private const string Activity = "Installing the feature flag server";
    private const int FewestNodes = 2;

    private readonly FlagServerStore _store = new(state);
    private readonly FlagServerConnector _connector = new(state);

    /// <summary>How long a replica may take until it has all data.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Installs a server, or repairs it.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="progress">Told how far each node is, what was changed (verbose), and failures of single nodes.</param>
    /// <param name="ct">Ends it; run again, it goes on where it ended.</param>
    /// <returns>The server as it is then.</returns>
    /// <exception cref="DevOpsException">
    /// <c>FleetNotFound</c>, <c>FeatureFlagServerFleetTooSmall</c>, <c>FeatureFlagServerNoPrivateAddress</c>,
    /// <c>FeatureFlagServerTaken</c>, <c>FeatureFlagServerNodeTaken</c>, <c>FeatureFlagServerMasterUnknown</c>, and what
    /// <see cref="HostConnector"/> throws where a node is needed.
    /// </exception>
    public async Task<FeatureFlagServer> InstallAsync(FlagServerInstallation request, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        FlagServerStore.CheckName(request.Name);
        await using var alone = await StateLock.AcquireAsync(state, LockOf(request.Name), ct: ct);
        using var session = CloudSession.Open(state, request.Connection);
        var fleet = await session.Droplets.GetFleetAsync(request.Fleet, ct);
        var saved = Plan(request, fleet, session.Connection.Name);
        // Before any node knows the passwords: interrupted, the next run must have the same ones.
        _store.Save(saved);

        await using var nodes = new FlagServerInstallationNodes(saved, progress, Activity);
        await nodes.ConnectAsync(fleet.Droplets, state, ct);
        await nodes.PrepareAsync(ct);
        var master = await nodes.SettleMasterAsync(ct);
        saved = saved with { Master = master.Name, SwitchingTo = null };
        _store.Save(saved);
        var changes = await nodes.FollowAsync(master, Timeout, ct);
        progress.Report(changes == 0
            ? new InformationMessage($"Feature flag server '{request.Name}': everything is as it should be, nothing was changed.")
            : new VerboseMessage($"Feature flag server '{request.Name}': {changes} changes."));
        await using var connection = await _connector.TryOpenAsync(saved, FlagServerUser.Operator, ct);
        return await new FlagServerStatus(_connector, _store).ReadAsync(connection, ct);
    }

    /// <summary>The lock of a server, below the state folder.</summary>
    /// <param name="name">The server's name.</param>
    /// <returns>Its path's segments.</returns>
    internal static string[] LockOf(string name) => ["flags", "servers", name + ".lock"];

    private SavedFlagServer Plan(FlagServerInstallation request, DropletFleet fleet, string connection)
    {
        if (fleet.Count < FewestNodes)
        {
            throw new DevOpsException(
                "FeatureFlagServerFleetTooSmall",
                FailureKind.InvalidInput,
                $"Fleet '{fleet.Name}' has {fleet.Count} droplet, and a master takes no changes without a replica.",
                $"Make three with New-DropletFleet {fleet.Name} -Count 3.",
                fleet.Name);
        }

        var saved = _store.Find(request.Name) ?? new SavedFlagServer(request.Name);
        if (saved.Uri is not null || (saved.Fleet is not null && (saved.Fleet != request.Fleet || saved.Connection != connection)))
        {
            throw new DevOpsException(
                "FeatureFlagServerTaken",
                FailureKind.Conflict,
                $"'{request.Name}' is the feature flag server {(saved.Uri is null ? $"on fleet '{saved.Fleet}' of connection '{saved.Connection}'" : $"at {saved.Uri}")}.",
                "Choose another name with -Name.",
                request.Name);
        }

        return saved with
        {
            Fleet = request.Fleet,
            Connection = connection,
            Nodes = [.. fleet.Droplets.Select(NodeOf)],
            Passwords = FlagServerAccounts.Complete(saved.Passwords),
        };
    }

    private static SavedFlagServerNode NodeOf(Droplet droplet) => new(
        droplet.Name,
        droplet.PrivateAddress ?? throw new DevOpsException(
            "FeatureFlagServerNoPrivateAddress",
            FailureKind.Unavailable,
            $"Droplet '{droplet.Name}' has no private address, and the nodes never talk over a public one.",
            $"Wait until Get-Droplet -Name {droplet.Name} shows one; droplets without a private network have to be made anew.",
            droplet),
        FlagServerFiles.Port,
        droplet.Id);
}
