using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DevOps.Cmdlets.Common;
using DevOps.Core.Alerts;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Alerts;

/// <summary>Completes the names of alert destinations from the state folder.</summary>
public sealed class AlertDestinationCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Completion.Of(wordToComplete, new AlertDestinationStore(StateFolder.Open()).Names().Select(name => (name, string.Empty)));
}
