using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Store;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Shows feature flags.</para>
/// <para type="description">Value is what everybody gets whom no rule gives another variant. Test-FeatureFlag shows what somebody in particular gets.</para>
/// </summary>
/// <example>
/// <code>Get-FeatureFlag</code>
/// <para>Shows all flags of the selected server.</para>
/// </example>
/// <example>
/// <code>(Get-FeatureFlag featureflag).Value</code>
/// <para>Shows whether a feature is on.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "FeatureFlag")]
[OutputType(typeof(FeatureFlag))]
public sealed class GetFeatureFlagCommand : FeatureFlagCommand
{
    /// <summary>The flags' names. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var names = new NamePatterns(Name);
        var flags = Run((progress, _) => Flags.AllAsync(failure => progress.Report(new FailureMessage(failure))));
        foreach (var flag in flags.Where(flag => names.IsMatch(flag.Definition.Name))) WriteObject(flag.Show(ServerName));
        foreach (var name in names.NotFound()) WriteError(ToErrorRecord(FlagFailures.NotFound(name)));
    }
}
