using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Servers;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Flags;

/// <summary>Completes the nodes of the feature flag server of <c>-Name</c> from the state folder.</summary>
public sealed class FeatureFlagServerNodeCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given)
    {
        var store = new FlagServerStore(StateFolder.Open());
        var server = (given["Name"] as string ?? store.Selected()) is { } name ? store.Find(name) : null;
        return (server?.Nodes ?? []).Select(node => (node.Name, node.Name == server!.Master ? $"{node.Name}, made master last" : node.Name));
    }
}
