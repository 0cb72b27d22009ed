using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DevOps.Cmdlets.Common;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Canaries;

/// <summary>Completes the ids of canary releases, the newest first.</summary>
public sealed class CanaryReleaseIdCompleter : IArgumentCompleter
{
    private const int Newest = 20;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var service = new CanaryReleaseService(StateFolder.Open());
        return Completion.Of(wordToComplete, service.Ids().Take(Newest).Select(service.Get).Select(release => (release.Id, $"{release.Application} {release.Release}: {release.State}")));
    }
}
