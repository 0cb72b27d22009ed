using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Model;

namespace DevOps.Cmdlets.Canaries;

/// <summary>
/// <para type="synopsis">Has a canary release wait until somebody decides.</para>
/// <para type="description">The release keeps what it has reached: the canary serves the release and keeps its share of the requests. A step that is under way is not judged; resumed, it is counted anew. While a release deploys to the canary, it is suspended as soon as the canary serves. The cmdlet waits until it is suspended. Deployments of the same environment wait as long as a canary release does.</para>
/// </summary>
/// <example>
/// <code>Suspend-CanaryRelease</code>
/// <para>Suspends the canary release that is under way.</para>
/// </example>
/// <example>
/// <code>Get-CanaryRelease -Balancer checkbox -Latest 1 | Where-Object State -eq Judging | Suspend-CanaryRelease</code>
/// <para>Suspends the one of a balancer, if it is at its steps.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Suspend, "CanaryRelease", SupportsShouldProcess = true)]
[OutputType(typeof(CanaryRelease))]
public sealed class SuspendCanaryReleaseCommand : CanaryOrderCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        Give("Suspend the canary release", CanaryReleaseState.Suspended, (service, id, progress, ct) => service.SuspendAsync(id, Operator.Name(), progress, ct));
}
