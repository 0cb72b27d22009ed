using System.Collections;
using System.Globalization;
using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Releases;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Releases;

/// <summary>Completes the ids of the releases of <c>-Application</c>, or of all while that is not given, the newest first.</summary>
public sealed class ReleaseIdCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given)
    {
        var application = WildcardPattern.Get(given["Application"] as string ?? "*", WildcardOptions.IgnoreCase);
        return new ReleaseStore(StateFolder.Open()).List()
            .Where(release => application.IsMatch(release.Application))
            .OrderByDescending(release => release.CreatedAt)
            .Select(release => (release.Id, string.Create(CultureInfo.InvariantCulture, $"{release.Application}, built {release.CreatedAt:yyyy-MM-dd HH:mm} by {release.CreatedBy}")));
    }
}
