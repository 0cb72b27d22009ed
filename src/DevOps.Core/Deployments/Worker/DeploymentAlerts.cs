using DevOps.Core.Deployments.Journal;
using DevOps.Model;

namespace DevOps.Core.Deployments.Worker;

/// <summary>What people should hear of a deployment that has ended: that it failed, and that a later one of the same made it good.</summary>
public static class DeploymentAlerts
{
    /// <summary>Makes the alert about a deployment.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="deployment">How it ended.</param>
    /// <returns>
    /// A warning when it failed, a recovery when it succeeded, and nothing for the rest: somebody stopped it, or a newer one
    /// took its place.
    /// </returns>
    public static Alert? Of(DeploymentRequest request, Deployment deployment) => deployment.State switch
    {
        DeploymentState.Failed => Make(request, deployment, AlertSeverity.Warning, "failed"),
        DeploymentState.Succeeded => Make(request, deployment, AlertSeverity.Recovery, "succeeded"),
        _ => null,
    };

    /// <summary>Makes the alert about a canary release that waits for somebody's decision.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="cause">Why it waits.</param>
    /// <param name="at">Since when.</param>
    /// <returns>A warning: users are served, but other deployments of the environment wait too. The release's success is its recovery.</returns>
    public static Alert OfSuspended(DeploymentRequest request, string cause, DateTimeOffset at) => new(
        Guid.NewGuid().ToString("N"),
        at,
        $"deployment/{request.Environment.Name}",
        request.Application ?? request.Environment.Name,
        AlertSeverity.Warning,
        $"The canary release of {request.Application} in {request.Environment.Name} waits for a decision.",
        cause,
        $"Get-CanaryRelease {request.Id}",
        IncidentOf(request));

    // A success says nothing about an application or a role that another deployment failed at.
    private static string IncidentOf(DeploymentRequest request) =>
        $"deployment/{string.Join('/', new[] { request.Environment.Name, request.Application, request.Role?.ToString() }.OfType<string>())}";

    private static Alert Make(DeploymentRequest request, Deployment deployment, AlertSeverity severity, string how)
    {
        var what = deployment.Kind switch
        {
            DeploymentKind.Undo => "Going back",
            DeploymentKind.CanaryRelease => $"The canary release of {request.Application}",
            DeploymentKind.RollingUpdate => $"The rolling update of {request.Application}",
            _ => $"The deployment of commit {deployment.Commit}",
        };
        return new Alert(
            Guid.NewGuid().ToString("N"),
            deployment.EndedAt ?? deployment.StartedAt,
            $"deployment/{deployment.Environment}",
            request.Application ?? deployment.Environment,
            severity,
            $"{what} in {deployment.Environment} {how}.",
            // What follows the first line is what builds and applications said. It stays here.
            deployment.Cause?.Split('\n')[0].TrimEnd(),
            $"Get-Deployment {deployment.Id}",
            IncidentOf(request));
    }
}
