using System.Globalization;
using DevOps.Core.Deployments.Holds;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Releases;
using DevOps.Model;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>Brings the instances of one application to a release, and removes releases that nobody needs any more.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="journal">Its journal.</param>
/// <param name="fleets">Where hosts are found.</param>
/// <param name="releases">The releases.</param>
/// <param name="holds">Takes instances out of their balancer.</param>
/// <param name="time">The clock.</param>
internal sealed class ReleaseUpdate(
    DeploymentRequest request,
    DeploymentJournal journal,
    IDeploymentFleets fleets,
    ReleaseStore releases,
    InstanceHolds holds,
    TimeProvider time)
{
    /// <summary>Does it.</summary>
    /// <param name="release">The release.</param>
    /// <param name="role">Only instances that play this part; nothing for all of them.</param>
    /// <param name="ct">Ends it before the next step.</param>
    /// <returns>What it brought, in words.</returns>
    /// <exception cref="DevOpsException">What <see cref="RollingUpdater.RunAsync"/> and reading the release throw.</exception>
    public async Task<string> RunAsync(ApplicationRelease release, ApplicationRole? role, CancellationToken ct)
    {
        var packages = await ReleasePackages.OpenAsync(releases, release, request.Environment, fleets, ct);
        await using var hosts = await FleetHosts.OpenAsync(fleets, request.Fleet ?? packages.Definition.Fleet, release.Application, ct);
        var outcome = await new RollingUpdater(journal, holds, time).RunAsync(hosts, packages, RollingOptions.Of(request, packages.Definition) with { Role = role }, ct);
        await RemoveOldReleasesAsync(release, packages.Definition.KeepReleases, outcome);
        return Describe(release, outcome);
    }

    private static string Describe(ApplicationRelease release, RollingOutcome outcome)
    {
        var counts = new List<string>();
        if (outcome.Updated.Count > 0) counts.Add(string.Create(CultureInfo.InvariantCulture, $"{outcome.Updated.Count} updated"));
        if (outcome.Unchanged.Count > 0) counts.Add(string.Create(CultureInfo.InvariantCulture, $"{outcome.Unchanged.Count} unchanged"));
        if (outcome.Behind.Count > 0) counts.Add($"left behind: {string.Join(", ", outcome.Behind)}");
        return $"{release.Application} {release.Id} ({string.Join(", ", counts)})";
    }

    // The hosts serve what they should by now: what cannot be tidied up here is told, and no reason to go back.
    private async Task RemoveOldReleasesAsync(ApplicationRelease release, int keep, RollingOutcome outcome)
    {
        try
        {
            await releases.RemoveOldAsync(request.Environment.Name, release.Application, keep, new HashSet<string>(outcome.OnHosts, StringComparer.Ordinal) { release.Id }, CancellationToken.None);
        }
        catch (DevOpsException failure)
        {
            journal.Write(JournalEntryKind.Told, $"old releases of {release.Application} could not be removed: {failure.Message}", entry => entry with { Application = release.Application });
        }
    }
}
