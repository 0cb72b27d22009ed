using System.Management.Automation;
using DevOps.Model;

namespace DevOps.Cmdlets.Instances;

/// <summary>
/// <para type="synopsis">Restarts instances of applications, one after another.</para>
/// <para type="description">Each instance is restarted only once the one before it has proved that it serves, by the same rules as in a deployment. When one does not, the pipeline ends with an error that names the reason and the last lines of its journal, and no further instance is touched.</para>
/// </summary>
/// <example>
/// <code>Restart-ApplicationInstance itrust itrust-1, itrust-2</code>
/// <para>Restarts two instances in turn.</para>
/// </example>
/// <example>
/// <code>Get-ApplicationInstance | Where-Object Health -ne Healthy | Restart-ApplicationInstance</code>
/// <para>Restarts what does not serve.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Restart, "ApplicationInstance", SupportsShouldProcess = true)]
[OutputType(typeof(ApplicationInstance))]
public sealed class RestartApplicationInstanceCommand : InstanceActionCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => Act("Restart", isLastOnFailure: true);
}
