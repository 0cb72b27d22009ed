using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Model;

namespace DevOps.Cmdlets.Canaries;

/// <summary>
/// <para type="synopsis">Has a suspended canary release go on, or takes an interrupted one up again.</para>
/// <para type="description">The step that the release was at is counted anew; steps that the canary has passed are not judged again. A release whose worker died goes on in another process, wherever it broke off. The cmdlet follows the release until it has ended or is suspended again.</para>
/// </summary>
/// <example>
/// <code>Resume-CanaryRelease</code>
/// <para>Goes on with the canary release that is under way.</para>
/// </example>
/// <example>
/// <code>Get-CanaryRelease | Where-Object State -eq Interrupted | Resume-CanaryRelease</code>
/// <para>Takes up again what was interrupted, for example because the control host was restarted.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Resume, "CanaryRelease", SupportsShouldProcess = true)]
[OutputType(typeof(CanaryRelease))]
public sealed class ResumeCanaryReleaseCommand : CanaryOrderCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        Give("Go on with the canary release", CanaryReleaseState.Completed, (service, id, progress, ct) => service.ResumeAsync(id, Operator.Name(), progress, ct));
}
