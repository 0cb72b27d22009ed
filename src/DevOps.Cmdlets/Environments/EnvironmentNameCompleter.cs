using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DevOps.Cmdlets.Common;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Environments;

/// <summary>Completes the names of environments that were deployed from here.</summary>
public sealed class EnvironmentNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Completion.Of(wordToComplete, new KnownEnvironments(StateFolder.Open()).List().Select(environment => (environment.Name, environment.File)));
}
