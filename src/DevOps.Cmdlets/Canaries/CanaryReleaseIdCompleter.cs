using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Canaries;

/// <summary>Completes the ids of canary releases, the newest first.</summary>
public sealed class CanaryReleaseIdCompleter : NameCompleter
{
    private const int Newest = 20;

    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given)
    {
        var service = new CanaryReleaseService(StateFolder.Open());
        return service.Ids().Take(Newest).Select(service.Get).Select(release => (release.Id, $"{release.Application} {release.Release}: {release.State}"));
    }
}
