using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core.Releases;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Releases;

/// <summary>Completes the names of applications that have a release on this control host.</summary>
public sealed class ReleasedApplicationCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given) =>
        new ReleaseStore(StateFolder.Open()).List()
            .GroupBy(release => release.Application, StringComparer.Ordinal)
            .Select(releases => (releases.Key, $"{releases.Count()} release(s)"));
}
