using System.Management.Automation;
using DevOps.Model;

namespace DevOps.Cmdlets.Instances;

/// <summary>
/// <para type="synopsis">Stops instances of applications.</para>
/// <para type="description">The instance stops serving until it is started again, deployed to, or its host is restarted. It gets the time of its StopTimeout to finish what it is doing.</para>
/// </summary>
/// <example>
/// <code>Stop-ApplicationInstance itrust itrust-1</code>
/// <para>Stops one instance.</para>
/// </example>
/// <example>
/// <code>Get-ApplicationInstance checkbox | Stop-ApplicationInstance -Confirm</code>
/// <para>Stops all instances of an application and asks before each.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "ApplicationInstance", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ApplicationInstance))]
public sealed class StopApplicationInstanceCommand : InstanceActionCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => Act("Stop", isLastOnFailure: false);
}
