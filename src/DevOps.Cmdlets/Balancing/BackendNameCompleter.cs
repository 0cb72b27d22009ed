using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DevOps.Cmdlets.Common;
using DevOps.Core;
using DevOps.Core.Balancing;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Balancing;

/// <summary>Completes the names of a balancer's backends from its settings in the state folder.</summary>
public sealed class BackendNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var catalog = new BalancerCatalog(StateFolder.Open());
        var balancers = fakeBoundParameters["Balancer"] is string balancer ? [balancer] : catalog.Names();
        return Completion.Of(wordToComplete, balancers.SelectMany(name => Backends(catalog, name)).DistinctBy(backend => backend.Name));
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
