using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Model;

namespace DevOps.Cmdlets.Canaries;

/// <summary>
/// <para type="synopsis">Brings a canary release to all instances, whatever is still to be judged.</para>
/// <para type="description">The production instances get the release one after another while the canary serves, and then the balancer divides requests as before the release. When one does not become healthy, everything goes back. A release whose worker died is taken up again for it. The cmdlet follows the release to its end.</para>
/// </summary>
/// <example>
/// <code>Complete-CanaryRelease</code>
/// <para>Completes the canary release that is under way or suspended.</para>
/// </example>
/// <example>
/// <code>Get-CanaryRelease -Latest 1 | Where-Object Verdict -eq Inconclusive | Complete-CanaryRelease -Confirm</code>
/// <para>Asks first, then completes a release that had too few requests to be judged.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Complete, "CanaryRelease", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(CanaryRelease))]
public sealed class CompleteCanaryReleaseCommand : CanaryOrderCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        Give("Bring the release to all instances", CanaryReleaseState.Completed, (service, id, progress, ct) => service.CompleteAsync(id, Operator.Name(), progress, ct));
}
