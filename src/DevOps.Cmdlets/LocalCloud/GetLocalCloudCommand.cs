using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.LocalClouds;
using DevOps.Core.State;

namespace DevOps.Cmdlets.LocalCloud;

/// <summary>
/// <para type="synopsis">Shows what the local cloud of this installation is doing.</para>
/// <para type="description">Also when it is stopped: then the object says where its state is and how many droplets a start brings back.</para>
/// </summary>
/// <example>
/// <code>Get-LocalCloud</code>
/// <para>Shows state, API address, number of droplets and process.</para>
/// </example>
/// <example>
/// <code>if ((Get-LocalCloud).State -ne 'Running') { Start-LocalCloud }</code>
/// <para>Starts the local cloud when it does not run.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "LocalCloud")]
[OutputType(typeof(Model.LocalCloud))]
public sealed class GetLocalCloudCommand : DevOpsCommand
{
    /// <inheritdoc/>
    protected override void EndProcessing() =>
        WriteObject(Run((_, ct) => new LocalCloudService(StateFolder.Open()).GetAsync(ct)));
}
