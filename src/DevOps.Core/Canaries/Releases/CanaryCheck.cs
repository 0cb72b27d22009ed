using DevOps.Core.Deployments.Holds;
using DevOps.Core.Deployments.Rolling;
using DevOps.Model;

namespace DevOps.Core.Canaries.Releases;

/// <summary>Refuses a canary release that could not be judged, before anything is changed.</summary>
internal static class CanaryCheck
{
    /// <summary>Looks at the balancer and at the instances behind it.</summary>
    /// <param name="balancer">The balancer's name.</param>
    /// <param name="look">How it is; nothing when it does not answer.</param>
    /// <param name="hosts">The application's hosts.</param>
    /// <param name="canaries">How many of them are canaries.</param>
    /// <param name="port">The port at which they serve.</param>
    /// <exception cref="DevOpsException"><c>BalancerNotRunning</c>, <c>BalancerRoleMissing</c>, <c>CanaryNotBehindBalancer</c>.</exception>
    public static void Verify(string balancer, BalancerLook? look, FleetHosts hosts, int canaries, int port)
    {
        if (look is null)
        {
            throw new DevOpsException(
                "BalancerNotRunning",
                FailureKind.Unavailable,
                $"The balancer '{balancer}' does not run, so there are no requests to judge the canary by.",
                $"Start-CanaryBalancer {balancer} starts it; Get-CanaryBalancer lists the balancers.",
                balancer);
        }

        foreach (var role in (ApplicationRole[])[ApplicationRole.Canary, ApplicationRole.Production])
        {
            if (!look.Report.Backends.Any(backend => backend.Role == role)) throw SplitWeights.Missing(balancer, role);
        }

        foreach (var host in hosts.All)
        {
            var role = hosts.RoleOf(host, canaries);
            // A production instance that the balancer does not know is none of the release's business.
            if (InstanceHolds.Find(look.Report, new HeldInstance(hosts.Application, host.Droplet, [port])) is not { } backend)
            {
                if (role == ApplicationRole.Canary) throw NotBehind(balancer, host.Instance, "is no backend of it");
            }
            else if (backend.Role != role)
            {
                throw NotBehind(balancer, host.Instance, $"is {Describe(role)} of {hosts.Application} but {Describe(backend.Role)} there");
            }
        }
    }

    private static string Describe(ApplicationRole role) => role == ApplicationRole.Canary ? "a canary" : "a production instance";

    private static DevOpsException NotBehind(string balancer, string instance, string cause) => new(
        "CanaryNotBehindBalancer",
        FailureKind.InvalidInput,
        $"What the balancer '{balancer}' counts would say nothing about the canary: {instance} {cause}.",
        $"Get-ApplicationInstance shows each instance's role, (Get-CanaryBalancer {balancer}).Backends each backend's; Add-BalancerBackend and Remove-BalancerBackend change them.",
        instance);
}
