using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Environments;

/// <summary>Completes the names of environments that were deployed from here.</summary>
public sealed class EnvironmentNameCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given) =>
        new KnownEnvironments(StateFolder.Open()).List().Select(environment => (environment.Name, environment.File));
}
