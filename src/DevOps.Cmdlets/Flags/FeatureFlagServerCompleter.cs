using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Servers;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Flags;

/// <summary>Completes the names of feature flag servers from the state folder.</summary>
public sealed class FeatureFlagServerCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given) =>
        new FlagServerStore(StateFolder.Open()).Names().Select(name => (name, $"the feature flag server {name}"));
}
