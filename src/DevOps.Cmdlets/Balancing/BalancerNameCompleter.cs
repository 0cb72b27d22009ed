using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core.Balancing;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Balancing;

/// <summary>Completes the names of balancers from the state folder.</summary>
public sealed class BalancerNameCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given) =>
        new BalancerCatalog(StateFolder.Open()).Names().Select(name => (name, $"the balancer {name}"));
}
