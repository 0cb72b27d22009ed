using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>Completes the names of heartbeat targets that were added.</summary>
public sealed class HeartbeatTargetCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given) =>
        new HeartbeatTargetStore(StateFolder.Open()).Names().Select(name => (name, string.Empty));
}
