using System.Management.Automation;
using DevOps.Model;

namespace DevOps.Cmdlets.Instances;

/// <summary>
/// <para type="synopsis">Starts instances of applications that were stopped.</para>
/// <para type="description">The instance serves the release that it served before it was stopped. The cmdlet waits until it has proved that it serves. An instance that runs already is left alone.</para>
/// </summary>
/// <example>
/// <code>Start-ApplicationInstance itrust itrust-1</code>
/// <para>Starts one instance.</para>
/// </example>
/// <example>
/// <code>Get-ApplicationInstance | Where-Object Health -eq Stopped | Start-ApplicationInstance</code>
/// <para>Starts everything that was stopped.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "ApplicationInstance", SupportsShouldProcess = true)]
[OutputType(typeof(ApplicationInstance))]
public sealed class StartApplicationInstanceCommand : InstanceActionCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => Act("Start", isLastOnFailure: false);
}
