using System.Management.Automation;
using DevOps.Core;
using DevOps.Model;

namespace DevOps.Cmdlets.Balancing;

/// <summary>
/// <para type="synopsis">Tells what happens at balancers while it happens.</para>
/// <para type="description">Each event is an object with its time, kind, backend, cause and evidence, and the split in effect from then on. It goes on over restarts of a balancer until it is stopped with Ctrl+C, or until the balancer is removed.</para>
/// </summary>
/// <example>
/// <code>Watch-CanaryBalancer checkbox</code>
/// <para>Shows what happens at one balancer from now on.</para>
/// </example>
/// <example>
/// <code>Watch-CanaryBalancer -IncludeHistory | Where-Object Kind -in BackendDown, BackendUp, AllDown</code>
/// <para>Shows when backends went down and came back, as far back as it is written down.</para>
/// </example>
/// <example>
/// <code>Watch-CanaryBalancer checkbox | Where-Object Kind -eq BackendUp | Select-Object -First 1</code>
/// <para>Waits until a backend is back.</para>
/// </example>
[Cmdlet(VerbsCommon.Watch, "CanaryBalancer")]
[OutputType(typeof(BalancerEvent))]
public sealed class WatchCanaryBalancerCommand : BalancerCommand
{
    /// <summary>The balancer's name. Wildcards are allowed. Without it, all balancers that there are when it begins.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BalancerNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Begins with what happened before.</summary>
    [Parameter]
    public SwitchParameter IncludeHistory { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = Service();
        WriteMissing(service, Name);
        var count = Run((progress, ct) => service.WatchAsync(Matcher(Name), IncludeHistory, progress, ct));
        if (count > 0 || !Name.Any(WildcardPattern.ContainsWildcardCharacters)) return;
        WriteError(ToErrorRecord(new DevOpsException("BalancerNotFound", FailureKind.NotFound, $"There is no balancer called '{string.Join("', '", Name)}' to watch.", "Start-CanaryBalancer makes one; Get-CanaryBalancer lists them.", Name)));
    }
}
