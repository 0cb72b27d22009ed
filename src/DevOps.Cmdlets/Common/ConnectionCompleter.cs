using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Common;

/// <summary>Completes the names of saved connections from the state folder.</summary>
public sealed class ConnectionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var connections = new ConnectionStore(StateFolder.Open()).List();
        return Completion.Of(wordToComplete, connections.Select(connection => (connection.Name, $"{connection.Account} at {connection.ApiUri}")));
    }
}
