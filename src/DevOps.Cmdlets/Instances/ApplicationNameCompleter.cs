using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Instances;

/// <summary>Completes the names of applications that were deployed from here.</summary>
public sealed class ApplicationNameCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given) =>
        new KnownEnvironments(StateFolder.Open()).List()
            .SelectMany(environment => environment.Applications.Select(application => (application.Name, About: $"in {environment.Name}, on the fleet {application.Fleet}")))
            .DistinctBy(application => application.Name);
}
