using DevOps.Core.Deployments.Journal;
using DevOps.Core.Releases;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Canaries.Releases;

/// <summary>Finds what a canary release is about when not everything was said.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class CanaryTarget(StateFolder state)
{
    private readonly ReleaseStore _releases = new(state);

    /// <summary>Finds the release.</summary>
    /// <param name="balancer">The balancer's name.</param>
    /// <param name="id">The release's id.</param>
    /// <param name="application">The application's name; nothing for the one that has such a release.</param>
    /// <returns>The release.</returns>
    /// <exception cref="DevOpsException"><c>ReleaseNotFound</c>, <c>ReleaseAmbiguous</c>.</exception>
    public ApplicationRelease FindRelease(string balancer, string id, string? application)
    {
        if (application is not null) return _releases.Get(application, id);
        ApplicationRelease[] found = [.. _releases.List().Where(release => release.Id == id)];
        // Applications of one commit may have releases of one id: then it is the one in front of which the balancer is.
        if (found.Length > 1 && found.Where(release => IsBehind(balancer, release)).ToArray() is [var behind]) return behind;
        return found switch
        {
            [var only] => only,
            [] => throw new DevOpsException(
                "ReleaseNotFound",
                FailureKind.NotFound,
                $"There is no release '{id}'.",
                "Get-ApplicationRelease lists the releases; New-ApplicationRelease builds one.",
                id),
            _ => throw new DevOpsException(
                "ReleaseAmbiguous",
                FailureKind.InvalidInput,
                $"Several applications have a release '{id}': {string.Join(", ", found.Select(release => release.Application))}.",
                "Say which with -Application.",
                id),
        };
    }

    private bool IsBehind(string balancer, ApplicationRelease release) =>
        new KnownEnvironments(state).List()
            .Where(environment => environment.Name == release.Environment)
            .SelectMany(environment => environment.Applications)
            .Any(definition => definition.Name == release.Application && definition.Balancer == balancer);
}
