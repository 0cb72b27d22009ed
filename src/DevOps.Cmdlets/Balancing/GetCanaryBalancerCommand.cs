using System.Management.Automation;
using DevOps.Model;

namespace DevOps.Cmdlets.Balancing;

/// <summary>
/// <para type="synopsis">Shows balancers: their state, the split in effect, and how each backend is.</para>
/// <para type="description">The state is Running when every backend that has a weight serves, Degraded when one of them is out, Unavailable when nobody may be asked, so that clients get a 503, and Stopped when no process runs. The property Backends holds the backends with their weight, state and its cause, requests, errors, requests in flight and latencies since the process began.</para>
/// </summary>
/// <example>
/// <code>Get-CanaryBalancer</code>
/// <para>Shows all balancers of the installation.</para>
/// </example>
/// <example>
/// <code>(Get-CanaryBalancer checkbox).Backends</code>
/// <para>Shows the backends of one balancer.</para>
/// </example>
/// <example>
/// <code>Get-CanaryBalancer | Where-Object State -ne Running | ForEach-Object Backends | Where-Object State -eq Down | Format-List</code>
/// <para>Shows what is down, with its cause.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "CanaryBalancer")]
[OutputType(typeof(CanaryBalancer))]
public sealed class GetCanaryBalancerCommand : BalancerCommand
{
    /// <summary>The balancer's name. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BalancerNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = Service();
        WriteMissing(service, Name);
        WriteObject(Run((progress, ct) => service.GetAsync(Matcher(Name), progress, ct)), enumerateCollection: true);
    }
}
