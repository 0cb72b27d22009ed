using DevOps.Core.Deployments.Instances;
using DevOps.Core.Deployments.Rolling;
using DevOps.Core.DigitalOcean;
using DevOps.Core.Environments;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>Makes targets of what fleets carry: of applications' instances, as their environment says how they prove that they serve, and of droplets.</summary>
public sealed class FleetTargets
{
    private readonly Func<string, CancellationToken, Task<IReadOnlyList<Droplet>>> _list;
    private readonly IProgress<OperationMessage> _progress;

    internal FleetTargets(Func<string, CancellationToken, Task<IReadOnlyList<Droplet>>> list, IProgress<OperationMessage> progress)
    {
        _list = list;
        _progress = progress;
    }

    /// <summary>Finds the instances of an environment's applications.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="applications">Which applications, by name.</param>
    /// <param name="connection">The saved connection to use, or nothing for the one that the environment names.</param>
    /// <param name="progress">Hears of fleets that are missing and of droplets that have no address yet.</param>
    /// <param name="ct">Ends the requests.</param>
    /// <returns>A target for each instance.</returns>
    /// <exception cref="DevOpsException">Why the account cannot be asked.</exception>
    public static async Task<IReadOnlyList<HeartbeatTarget>> OfApplicationsAsync(
        StateFolder state,
        EnvironmentDefinition environment,
        Func<string, bool> applications,
        string? connection,
        IProgress<OperationMessage> progress,
        CancellationToken ct)
    {
        using var session = CloudSession.Open(state, connection ?? environment.Connection);
        var targets = new FleetTargets(session.Droplets.ListAsync, progress);
        var records = new InstanceRecords(state);
        var found = await Task.WhenAll(environment.Applications.Where(application => applications(application.Name)).Select(application => targets.OfApplicationAsync(environment.Name, application, records, ct)));
        return [.. found.SelectMany(instances => instances)];
    }

    /// <summary>Finds the droplets of fleets.</summary>
    /// <param name="session">The account.</param>
    /// <param name="fleets">The fleets' exact names.</param>
    /// <param name="progress">Hears of fleets that are missing and of droplets that have no address yet.</param>
    /// <param name="ct">Ends the requests.</param>
    /// <returns>A target for each droplet: its SSH server.</returns>
    /// <exception cref="DevOpsException">Why the account cannot be asked.</exception>
    public static async Task<IReadOnlyList<HeartbeatTarget>> OfFleetsAsync(CloudSession session, IEnumerable<string> fleets, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var targets = new FleetTargets(session.Droplets.ListAsync, progress);
        var found = await Task.WhenAll(fleets.Select(fleet => targets.OfFleetAsync(fleet, ct)));
        return [.. found.SelectMany(droplets => droplets)];
    }

    // What is asked, and what for, is what the release says that an instance serves: the environment may say something new
    // already, or something that was taken back. What nothing was deployed to yet does not count.
    internal async Task<IReadOnlyList<HeartbeatTarget>> OfApplicationAsync(string environment, ApplicationDefinition application, InstanceRecords records, CancellationToken ct)
    {
        var droplets = await ListAsync(application.Fleet, ct);
        var served = droplets.ToDictionary(droplet => droplet.Id, droplet => records.Find(environment, application.Name, droplet.Name) is { } record && record.DropletId == droplet.Id ? record.Release : null);
        if (droplets.Count > 0 && served.Values.All(release => release is null)) _progress.Report(new WarningMessage($"Nothing of {application.Name} was deployed to the fleet '{application.Fleet}' yet, so there is nothing of it to check."));
        return Make([.. droplets.Where(droplet => served[droplet.Id] is not null)], (droplet, address) => new HeartbeatTarget
        {
            Name = droplet.Name,
            Group = application.Name,
            Environment = environment,
            Role = FleetHosts.RoleOf(droplets.TakeWhile(candidate => candidate.Id != droplet.Id).Count(), droplets.Count, application.Canaries),
            Uri = new Uri(new UriBuilder(Uri.UriSchemeHttp, address, served[droplet.Id]!.Port).Uri, served[droplet.Id]!.Health.Path),
            ExpectedStatus = served[droplet.Id]!.Health.Status,
            ExpectedText = served[droplet.Id]!.Health.Contains,
        });
    }

    internal async Task<IReadOnlyList<HeartbeatTarget>> OfFleetAsync(string fleet, CancellationToken ct) =>
        Make(await ListAsync(fleet, ct), (droplet, address) => new HeartbeatTarget
        {
            Name = droplet.Name,
            Group = fleet,
            Uri = new UriBuilder(HeartbeatTargetRules.Ssh, address, SshCheck.UsualPort).Uri,
        });

    private List<HeartbeatTarget> Make(IReadOnlyList<Droplet> droplets, Func<Droplet, string, HeartbeatTarget> make)
    {
        var targets = new List<HeartbeatTarget>();
        foreach (var droplet in droplets)
        {
            if ((droplet.PublicAddress ?? droplet.PrivateAddress) is { } address) targets.Add(make(droplet, address));
            else _progress.Report(new FailureMessage(new DevOpsException("DropletNotReady", FailureKind.Unavailable, $"{droplet.Name} has no address yet and is not checked.", "Wait until it has one: Get-Droplet shows it.", droplet.Name)));
        }

        return targets;
    }

    private async Task<IReadOnlyList<Droplet>> ListAsync(string fleet, CancellationToken ct)
    {
        var droplets = await _list(fleet, ct);
        if (droplets.Count > 0) return droplets;
        _progress.Report(new FailureMessage(DropletInventory.FleetNotFound(fleet)));
        return [];
    }
}
