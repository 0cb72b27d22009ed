using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using DevOps.Cmdlets.Common;
using DevOps.Core.Releases;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Releases;

/// <summary>Completes the ids of the releases of <c>-Application</c>, or of all while that is not given, the newest first.</summary>
public sealed class ReleaseIdCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var application = WildcardPattern.Get(fakeBoundParameters["Application"] as string ?? "*", WildcardOptions.IgnoreCase);
        return Completion.Of(wordToComplete, new ReleaseStore(StateFolder.Open()).List()
            .Where(release => application.IsMatch(release.Application))
            .OrderByDescending(release => release.CreatedAt)
            .Select(release => (release.Id, string.Create(CultureInfo.InvariantCulture, $"{release.Application}, built {release.CreatedAt:yyyy-MM-dd HH:mm} by {release.CreatedBy}"))));
    }
}
