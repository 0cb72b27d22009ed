using System.Management.Automation;
using DevOps.Core.Flags.Definitions;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Enables feature flags.</para>
/// <para type="description">Applications get what the flag says again. The cmdlet returns when all linked replicas have the change.</para>
/// </summary>
/// <example>
/// <code>Enable-FeatureFlag featureflag -Reason 'support call 4711'</code>
/// <para>Enables one flag, and says why.</para>
/// </example>
/// <example>
/// <code>Get-FeatureFlag beta-* | Enable-FeatureFlag -PassThru</code>
/// <para>Enables several flags and shows them.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Enable, "FeatureFlag", SupportsShouldProcess = true)]
[OutputType(typeof(FeatureFlag))]
public sealed class EnableFeatureFlagCommand : FeatureFlagChangeCommand
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
            if (ShouldProcess($"feature flag '{name}' of {ServerName}", "Enable")) Change(name, new FlagEdit { IsEnabled = true });
        }
    }
}
