using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DevOps.Cmdlets.Common;
using DevOps.Core.Releases;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Releases;

/// <summary>Completes the names of applications that have a release on this control host.</summary>
public sealed class ReleasedApplicationCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Completion.Of(wordToComplete, new ReleaseStore(StateFolder.Open()).List()
            .GroupBy(release => release.Application, StringComparer.Ordinal)
            .Select(releases => (releases.Key, $"{releases.Count()} release(s)")));
}
