using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>Completes the names of heartbeat tasks.</summary>
public sealed class HeartbeatTaskCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given) =>
        new HeartbeatTaskService(StateFolder.Open()).ListAsync(CancellationToken.None).GetAwaiter().GetResult().Select(task => (task.Name, task.Command));
}
