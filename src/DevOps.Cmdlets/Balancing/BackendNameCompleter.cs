using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core;
using DevOps.Core.Balancing;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Balancing;

/// <summary>Completes the names of a balancer's backends from its settings in the state folder.</summary>
public sealed class BackendNameCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given)
    {
        var catalog = new BalancerCatalog(StateFolder.Open());
        var balancers = given["Balancer"] is string balancer ? [balancer] : catalog.Names();
        return balancers.SelectMany(name => Backends(catalog, name)).DistinctBy(backend => backend.Name);
    }

    private static IEnumerable<(string Name, string About)> Backends(BalancerCatalog catalog, string balancer)
    {
        try
        {
            return catalog.Find(balancer)?.Backends.Select(backend => (backend.Name, $"{backend.Role} at {backend.Uri}, weight {backend.Weight}")) ?? [];
        }
        catch (DevOpsException)
        {
            // Completion says nothing about what is wrong with a name or a file; the command will.
            return [];
        }
    }
}
