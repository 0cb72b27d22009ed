using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DevOps.Cmdlets.Common;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Instances;

/// <summary>Completes the names of applications that were deployed from here.</summary>
public sealed class ApplicationNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Completion.Of(wordToComplete, new KnownEnvironments(StateFolder.Open()).List()
            .SelectMany(environment => environment.Applications.Select(application => (application.Name, About: $"in {environment.Name}, on the fleet {application.Fleet}")))
            .DistinctBy(application => application.Name));
}
