using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Tells changes of feature flags as they are made.</para>
/// <para type="description">Each change once and in order, also those that another program makes at a plain key. It ends with Ctrl+C, or when a command downstream has had enough.</para>
/// </summary>
/// <example>
/// <code>Watch-FeatureFlag</code>
/// <para>Shows changes of all flags of the selected server.</para>
/// </example>
/// <example>
/// <code>Watch-FeatureFlag featureflag | Select-Object -First 1</code>
/// <para>Waits until a flag changes.</para>
/// </example>
[Cmdlet(VerbsCommon.Watch, "FeatureFlag")]
[OutputType(typeof(FeatureFlagChange))]
public sealed class WatchFeatureFlagCommand : FeatureFlagCommand
{
    /// <summary>The flags' names. Wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var names = new NamePatterns(Name);
        var flags = Flags;
        Run(async (progress, ct) =>
        {
            await foreach (var change in flags.WatchAsync(ct).ConfigureAwait(false))
            {
                if (names.IsMatch(change.Name)) progress.Report(new ResultMessage(change));
            }

            return true;
        });
    }
}
