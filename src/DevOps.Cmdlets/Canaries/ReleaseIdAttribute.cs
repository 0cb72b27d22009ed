using System.Management.Automation;
using DevOps.Model;

namespace DevOps.Cmdlets.Canaries;

/// <summary>Lets a parameter that names a release also take the release itself, as Get-ApplicationRelease gives it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ReleaseIdAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapper ? wrapper.BaseObject : inputData) is ApplicationRelease release ? release.Id : inputData;
}
