using System.Management.Automation;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Removes feature flags.</para>
/// <para type="description">Applications use their own default from then on. The plain key of a Boolean flag is removed with it; the history stays. The cmdlet returns when all linked replicas have the change. To switch a flag off and keep it, use Disable-FeatureFlag.</para>
/// </summary>
/// <example>
/// <code>Remove-FeatureFlag featureflag -Reason 'everybody has it'</code>
/// <para>Removes one flag after a confirmation.</para>
/// </example>
/// <example>
/// <code>Get-FeatureFlag old-* | Remove-FeatureFlag -WhatIf</code>
/// <para>Shows which ones would be removed.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "FeatureFlag", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveFeatureFlagCommand : FeatureFlagWriteCommand
{
    /// <summary>The exact names of the flags.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Removes the flag only when it still has this version, which Get-FeatureFlag shows.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? IfVersion { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            if (!ShouldProcess($"feature flag '{name}' of {ServerName}", "Remove")) continue;
            if (TryRun((_, _) => Flags.RemoveAsync(name, Write(IfVersion)), out var replicas)) Warn(name, replicas);
        }
    }
}
