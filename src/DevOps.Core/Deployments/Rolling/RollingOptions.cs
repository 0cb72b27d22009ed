using DevOps.Core.Deployments.Journal;
using DevOps.Core.Environments;
using DevOps.Model;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>How a rolling update goes about its work.</summary>
/// <param name="MaxUnavailable">How many instances may be unavailable at a time, whatever part they play.</param>
/// <param name="Force">Whether instances that run the same already are restarted all the same.</param>
/// <param name="Canaries">How many of the instances, the last ones, are canaries.</param>
/// <param name="Balancer">The balancer that leaves an instance out while it is switched; nothing when there is none.</param>
/// <param name="Role">Only instances that play this part are updated; nothing for all of them, canaries first.</param>
internal sealed record RollingOptions(int MaxUnavailable, bool Force, int Canaries, string? Balancer, ApplicationRole? Role)
{
    /// <summary>What a request asks for, for one of its applications.</summary>
    /// <param name="request">The request.</param>
    /// <param name="definition">The application as its release froze it.</param>
    /// <returns>The options.</returns>
    public static RollingOptions Of(DeploymentRequest request, ApplicationDefinition definition) =>
        new(request.MaxUnavailable, request.Force, CanariesOf(request, definition), request.BalancerOf(definition.Name), request.Role);

    /// <summary>How many canaries an application has: the environment as it is now counts, not as it was when the release was built.</summary>
    /// <param name="request">The request.</param>
    /// <param name="definition">The application as its release froze it.</param>
    /// <returns>How many.</returns>
    public static int CanariesOf(DeploymentRequest request, ApplicationDefinition definition) =>
        (request.Environment.Applications.FirstOrDefault(application => application.Name == definition.Name) ?? definition).Canaries;
}
