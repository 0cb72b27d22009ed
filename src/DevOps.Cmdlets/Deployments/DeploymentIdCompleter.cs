using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Deployments;

/// <summary>Completes the ids of deployments, the newest first.</summary>
public sealed class DeploymentIdCompleter : NameCompleter
{
    private const int Newest = 20;

    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given)
    {
        var store = new DeploymentStore(StateFolder.Open());
        return store.Ids().Take(Newest).Select(store.Get).Select(deployment => (deployment.Id, $"{deployment.Kind} in {deployment.Environment}: {deployment.State}"));
    }
}
