using System.Management.Automation;
using DevOps.Cmdlets.Balancing;
using DevOps.Cmdlets.Common;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Canaries;

/// <summary>What the cmdlets that tell a canary release what to do have in common.</summary>
public abstract class CanaryOrderCommand : DevOpsCommand
{
    /// <summary>The canary release's id. Without it, the one that is under way.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(CanaryReleaseIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Id { get; set; }

    /// <summary>The balancer whose canary release is meant, when no id is given.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(BalancerNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Balancer { get; set; }

    /// <summary>Gives an order and follows the release.</summary>
    /// <param name="action">What is done to it, for the confirmation.</param>
    /// <param name="wanted">The state that it is to come to.</param>
    /// <param name="give">Gives the order.</param>
    /// <param name="orEnded">Whether a release that has ended will do, when none is named.</param>
    private protected void Give(
        string action,
        CanaryReleaseState wanted,
        Func<CanaryReleaseService, string, IProgress<OperationMessage>, CancellationToken, Task<CanaryRelease>> give,
        bool orEnded = false)
    {
        var service = new CanaryReleaseService(Run(() => StateFolder.Open()));
        if (!TryRun(() => service.Get(Id ?? service.Find(Balancer, orEnded)), out var release)) return;
        if (!ShouldProcess($"{release.Application} {release.Release} behind {release.Balancer} ({release.Id})", action)) return;
        string GoesOn() => $"The canary release {release.Id} goes on as it was told. Get-CanaryRelease {release.Id} shows how far it is.";
        if (!TryFollow(GoesOn, (progress, ct) => give(service, release.Id, progress, ct), out var result)) return;
        Write(CanaryEnding.Of(result, wanted));
        WriteObject(result);
    }
}
