using System.Management.Automation;
using DevOps.Core.Flags.Store;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Removes feature flags.</para>
/// <para type="description">Applications use their own default from then on. The plain key of a Boolean flag is removed with it; the history stays. To switch a flag off and keep it, use Disable-FeatureFlag.</para>
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
public sealed class RemoveFeatureFlagCommand : FeatureFlagCommand
{
    /// <summary>The exact names of the flags.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Why; the history keeps it.</summary>
    [Parameter]
    [ValidateLength(1, 500)]
    public string? Reason { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            if (!ShouldProcess($"feature flag '{name}' of {ServerName}", "Remove")) continue;
            TryRun((_, _) => Flags.RemoveAsync(name, new FlagWrite(Common.Operator.Name(), Reason, null, null, TimeSpan.FromSeconds(5))), out _);
        }
    }
}
