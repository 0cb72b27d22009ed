using System.Collections;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Common;

/// <summary>Completes the names of saved connections from the state folder.</summary>
public sealed class ConnectionCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given)
    {
        var connections = new ConnectionStore(StateFolder.Open()).List();
        return connections.Select(connection => (connection.Name, $"{connection.Account} at {connection.ApiUri}"));
    }
}
