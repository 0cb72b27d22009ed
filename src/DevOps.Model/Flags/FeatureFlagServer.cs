namespace DevOps.Model;

/// <summary>How a server of feature flags stands.</summary>
public enum FeatureFlagServerState
{
    /// <summary>There is a master, and every replica follows it.</summary>
    Running,

    /// <summary>There is a master, and a node is out or does not follow it.</summary>
    Degraded,

    /// <summary>No node that answers is a master: flags can be read where a replica answers, and not be changed.</summary>
    Unavailable,
}

/// <summary>A server of feature flags: a Redis master and its replicas.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">How it stands.</param>
/// <param name="Fleet">The fleet that it is installed on; nothing when it was named by an address.</param>
/// <param name="Uri">The address by which it was named; nothing when it is installed on a fleet.</param>
/// <param name="Master">The node that takes changes; nothing when none does.</param>
/// <param name="Nodes">Its nodes, by name.</param>
/// <param name="IsSelected">Whether it is used when none is named.</param>
public sealed record FeatureFlagServer(
    string Name,
    FeatureFlagServerState State,
    string? Fleet,
    Uri? Uri,
    string? Master,
    IReadOnlyList<FeatureFlagServerNode> Nodes,
    bool IsSelected);
