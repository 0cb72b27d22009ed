using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core.Alerts;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Alerts;

/// <summary>Completes the names of alert destinations from the state folder.</summary>
public sealed class AlertDestinationCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given) =>
        new AlertDestinationStore(StateFolder.Open()).Names().Select(name => (name, string.Empty));
}
