using DevOps.Core.Deployments.Journal;
using DevOps.Model;

namespace DevOps.Core.Deployments;

/// <summary>Says in words what a deployment is about.</summary>
internal static class RequestWords
{
    /// <summary>What a deployment is about to do.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="isAgain">Whether it is taken up again.</param>
    /// <returns>The first line of its story.</returns>
    public static string Headline(DeploymentRequest request, bool isAgain)
    {
        var what = request.Kind switch
        {
            DeploymentKind.Undo => $"{request.Environment.Name} goes back to what it served before the deployment {request.Undoes}",
            DeploymentKind.CanaryRelease => $"{request.Application} goes to release {request.Release} by way of its canary",
            DeploymentKind.RollingUpdate when request.Role is null => $"{request.Application} goes to release {request.Release}",
            DeploymentKind.RollingUpdate => $"{Instances(request.Role, request.Application!)} go to release {request.Release}",
            _ when request.Role is null => $"{request.Environment.Name} goes to commit {request.Commit}",
            _ => $"{Instances(request.Role, request.Environment.Name)} go to commit {request.Commit}",
        };
        return $"{what} (deployment {request.Id}{(isAgain ? ", taken up again" : string.Empty)})";
    }

    /// <summary>What a deployment has brought.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="releases">What each application serves now.</param>
    /// <returns>The last line of its story.</returns>
    public static string Outcome(DeploymentRequest request, IEnumerable<string> releases)
    {
        var what = string.Join(" and ", releases);
        if (request.Role is null) return $"{request.Environment.Name} serves {what}.";
        var subject = Instances(request.Role, request.Environment.Name);
        return $"{char.ToUpperInvariant(subject[0])}{subject[1..]} serve {what}.";
    }

    /// <summary>The instances that play a part.</summary>
    /// <param name="role">The part; nothing for all instances.</param>
    /// <returns>What they are called.</returns>
    public static string Instances(ApplicationRole? role) => role switch
    {
        ApplicationRole.Canary => "canaries",
        ApplicationRole.Production => "production instances",
        _ => "instances",
    };

    private static string Instances(ApplicationRole? role, string whose) => $"the {Instances(role)} of {whose}";
}
