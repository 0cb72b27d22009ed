using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DevOps.Cmdlets.Common;
using DevOps.Core.Balancing;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Balancing;

/// <summary>Completes the names of balancers from the state folder.</summary>
public sealed class BalancerNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Completion.Of(wordToComplete, new BalancerCatalog(StateFolder.Open()).Names().Select(name => (name, $"the balancer {name}")));
}
