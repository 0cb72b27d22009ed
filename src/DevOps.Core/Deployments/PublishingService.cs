using DevOps.Core.Deployments.Rolling;
using DevOps.Core.Environments;
using DevOps.Core.Operations;
using DevOps.Core.Releases;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Deployments;

/// <summary>Sends releases to hosts ahead of an update.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class PublishingService(StateFolder state)
{
    private const string Activity = "Publishing";
    private readonly ReleaseStore _releases = new(state);

    /// <summary>The fleet that a release's own definition names.</summary>
    /// <param name="release">The release.</param>
    /// <returns>The fleet's name.</returns>
    /// <exception cref="DevOpsException"><c>ReleaseNotFound</c>.</exception>
    public string FleetOf(ApplicationRelease release) => _releases.Definition(release).Fleet;

    /// <summary>Publishes a release on all hosts of a fleet at the same time.</summary>
    /// <param name="release">The release.</param>
    /// <param name="environment">Its environment, for services and secrets.</param>
    /// <param name="fleet">The fleet, or nothing for that of the release's definition.</param>
    /// <param name="connection">The connection's name, or nothing for the usual rules.</param>
    /// <param name="progress">Hears how far each host is, and of each that failed.</param>
    /// <param name="ct">Ends it; no host keeps a part.</param>
    /// <returns>How many hosts did not get it.</returns>
    /// <exception cref="DevOpsException"><c>FleetNotFound</c>, and what reading the release throws.</exception>
    public async Task<int> PublishAsync(
        ApplicationRelease release,
        EnvironmentDefinition environment,
        string? fleet,
        string? connection,
        IProgress<OperationMessage> progress,
        CancellationToken ct)
    {
        using var fleets = CloudFleets.Open(state, connection, TimeProvider.System);
        var packages = await ReleasePackages.OpenAsync(_releases, release, environment, fleets, ct);
        await using var hosts = await FleetHosts.OpenEachAsync(fleets, fleet ?? packages.Definition.Fleet, release.Application, ct);
        var results = await Task.WhenAll(hosts.All.Select(host => PublishAsync(host, packages, progress, ct)));
        return results.Count(isDone => !isDone);
    }

    private static async Task<bool> PublishAsync(FleetHost host, ReleasePackages packages, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        try
        {
            if (host.Connected is null)
            {
                throw new DevOpsException(
                    "InstanceUnreachable",
                    FailureKind.Unavailable,
                    $"{host.Instance} cannot be reached: {host.Unreachable}",
                    $"See whether it is powered on with Get-Droplet -Name {host.Instance}.",
                    host.Instance);
            }

            progress.Report(new ProgressMessage(Activity, host.Instance, $"receives {packages.Release.Id}"));
            var (folder, wasSent) = await ReleasePublisher.PublishAsync(host.Connected, packages.For(host.Droplet), await host.Connected.ReadFactsAsync(ct), ct);
            progress.Report(new VerboseMessage(wasSent ? $"{host.Instance} has received {folder}." : $"{host.Instance} has {folder} already."));
            return true;
        }
        catch (DevOpsException failure)
        {
            progress.Report(new FailureMessage(failure));
            return false;
        }
        finally
        {
            progress.Report(new ProgressMessage(Activity, host.Instance, "done", IsCompleted: true));
        }
    }
}
