using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Shows who changed feature flags, when, from what to what, and why.</para>
/// <para type="description">Newest first. The history is kept on the server; what another program set at a plain key is in it as external. Times are those of the master's clock.</para>
/// </summary>
/// <example>
/// <code>Get-FeatureFlagHistory featureflag -First 10</code>
/// <para>Shows the last ten changes of a flag.</para>
/// </example>
/// <example>
/// <code>Get-FeatureFlagHistory | Where-Object By -eq external</code>
/// <para>Shows what other programs changed.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "FeatureFlagHistory")]
[OutputType(typeof(FeatureFlagChange))]
public sealed class GetFeatureFlagHistoryCommand : FeatureFlagCommand
{
    /// <summary>The flags' names. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>How many changes at most.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var names = new NamePatterns(Name);
        var flags = Flags;
        Run(async (progress, ct) =>
        {
            var count = 0;
            await foreach (var change in flags.HistoryAsync(ct).ConfigureAwait(false))
            {
                if (!names.IsMatch(change.Name)) continue;
                progress.Report(new ResultMessage(change));
                if (++count == First) break;
            }

            return true;
        });
    }
}
