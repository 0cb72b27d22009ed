using System.Management.Automation;
using DevOps.Cmdlets.Balancing;
using DevOps.Cmdlets.Common;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Canaries;

/// <summary>
/// <para type="synopsis">Lists canary releases with how far they are and what was thought of the canary.</para>
/// <para type="description">Everything comes from the journals on this control host, the newest release first. Judgement is the latest look at the canary, with the requests, errors and latencies of both sides, the p-values of the tests and the limit that they were held against; Judgements are all of them. docs/canary-release.md says what the numbers mean. The whole story is what Get-Deployment tells.</para>
/// </summary>
/// <example>
/// <code>Get-CanaryRelease -Latest 1 | Format-List</code>
/// <para>Shows the last canary release with its cause and its numbers.</para>
/// </example>
/// <example>
/// <code>(Get-CanaryRelease -Balancer checkbox -Latest 1).Judgements | Format-Table Step, Verdict, ErrorPValue, LatencyPValue, Significance</code>
/// <para>Shows the evidence of each look.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "CanaryRelease")]
[OutputType(typeof(CanaryRelease))]
public sealed class GetCanaryReleaseCommand : DevOpsCommand
{
    /// <summary>The canary release's id, which is that of its deployment. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(CanaryReleaseIdCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = ["*"];

    /// <summary>Only releases of these balancers. Wildcards are allowed.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(BalancerNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Balancer { get; set; } = ["*"];

    /// <summary>Only so many, the newest.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Latest { get; set; } = int.MaxValue;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = new CanaryReleaseService(Run(() => StateFolder.Open()));
        foreach (var id in Id)
        {
            if (WildcardPattern.ContainsWildcardCharacters(id)) WriteMatching(service, id);
            else if (TryRun(() => service.Get(id), out var release)) WriteObject(release);
        }
    }

    private void WriteMatching(CanaryReleaseService service, string id)
    {
        var pattern = WildcardPattern.Get(id, WildcardOptions.IgnoreCase);
        WildcardPattern[] balancers = [.. Balancer.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase))];
        var left = Latest;
        foreach (var candidate in Run(() => service.Ids().ToArray()))
        {
            if (left == 0) return;
            if (!pattern.IsMatch(candidate) || !TryRun(() => service.Get(candidate), out var release)) continue;
            if (!balancers.Any(balancer => balancer.IsMatch(release.Balancer))) continue;
            WriteObject(release);
            left--;
        }
    }
}
