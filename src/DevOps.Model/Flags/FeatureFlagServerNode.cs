namespace DevOps.Model;

/// <summary>What part a node plays.</summary>
public enum FeatureFlagServerRole
{
    /// <summary>Takes changes.</summary>
    Master,

    /// <summary>Copies the master and is read from.</summary>
    Replica,
}

/// <summary>How a node is linked to the others.</summary>
public enum FeatureFlagServerLink
{
    /// <summary>A replica that follows the master, or a master that takes changes.</summary>
    Up,

    /// <summary>A replica that is copying all of the master's data.</summary>
    Copying,

    /// <summary>A replica that has lost its master, or a master that takes no changes since no replica follows it.</summary>
    Down,

    /// <summary>The node does not answer.</summary>
    Unreachable,
}

/// <summary>A node of a server of feature flags.</summary>
/// <param name="Server">The server.</param>
/// <param name="Node">The node's name: its droplet's, else its address.</param>
/// <param name="Role">What part it plays; nothing when it does not answer.</param>
/// <param name="Address">Where the other nodes reach it.</param>
/// <param name="Port">Its port.</param>
/// <param name="Link">How it is linked to the others.</param>
/// <param name="Cause">Why the link is not up, in words; nothing when it is.</param>
/// <param name="LagBytes">How many bytes of changes the master had that this node had not; nothing when it cannot be told.</param>
/// <param name="Lag">How long it took from the master's answer until this node had all that the master had then; nothing when it did not within the time that was waited.</param>
/// <param name="Memory">How many bytes its data takes.</param>
/// <param name="Version">Its version of Redis.</param>
public sealed record FeatureFlagServerNode(
    string Server,
    string Node,
    FeatureFlagServerRole? Role,
    string Address,
    int Port,
    FeatureFlagServerLink Link,
    string? Cause,
    long? LagBytes,
    TimeSpan? Lag,
    long? Memory,
    string? Version);
