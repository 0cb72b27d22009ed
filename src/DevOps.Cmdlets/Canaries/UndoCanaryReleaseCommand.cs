using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Model;

namespace DevOps.Cmdlets.Canaries;

/// <summary>
/// <para type="synopsis">Goes back to what was served before a canary release.</para>
/// <para type="description">Of a release that is under way, the canary gets no more requests at once, then goes back to what it served before, and then the balancer divides requests as before the release; production instances that it has updated go back first, while the canary serves. A release that was interrupted or has ended is undone by a deployment of its own. The cmdlet waits until that is done.</para>
/// </summary>
/// <example>
/// <code>Undo-CanaryRelease</code>
/// <para>Undoes the canary release that is under way, or else the last one.</para>
/// </example>
/// <example>
/// <code>Get-CanaryRelease -Balancer checkbox -Latest 1 | Undo-CanaryRelease -WhatIf</code>
/// <para>Says which release would be undone.</para>
/// </example>
[Cmdlet(VerbsCommon.Undo, "CanaryRelease", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(CanaryRelease))]
public sealed class UndoCanaryReleaseCommand : CanaryOrderCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        Give("Go back to what was served before the canary release", CanaryReleaseState.Undone, (service, id, progress, ct) => service.UndoAsync(id, Operator.Name(), progress, ct), orEnded: true);
}
