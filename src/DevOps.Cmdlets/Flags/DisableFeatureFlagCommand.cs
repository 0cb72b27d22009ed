using System.Management.Automation;
using DevOps.Core.Flags.Definitions;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Disables feature flags.</para>
/// <para type="description">Applications use their own default from then on; the flag keeps all that was said of it. The plain key of a Boolean flag holds false. The cmdlet returns when all linked replicas have the change.</para>
/// </summary>
/// <example>
/// <code>Disable-FeatureFlag featureflag -Reason 'support call 4711'</code>
/// <para>Disables one flag, and says why.</para>
/// </example>
/// <example>
/// <code>Get-FeatureFlag beta-* | Disable-FeatureFlag -PassThru</code>
/// <para>Disables several flags and shows them.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Disable, "FeatureFlag", SupportsShouldProcess = true)]
[OutputType(typeof(FeatureFlag))]
public sealed class DisableFeatureFlagCommand : FeatureFlagChangeCommand
{
    /// <summary>The exact names of the flags.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            if (ShouldProcess($"feature flag '{name}' of {ServerName}", "Disable")) Change(name, new FlagEdit { IsEnabled = false });
        }
    }
}
