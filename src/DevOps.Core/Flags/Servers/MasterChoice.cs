using DevOps.Model;

namespace DevOps.Core.Flags.Servers;

/// <summary>Tells who is master among nodes that may not agree.</summary>
internal static class MasterChoice
{
    /// <summary>
    /// Chooses the master. A master that was away while another took its place comes back as one: nobody follows it, and
    /// without a replica it takes no changes. So the one that is followed is the master; the saved name only decides what that leaves open.
    /// </summary>
    /// <param name="nodes">The nodes that answer.</param>
    /// <param name="saved">Who was made master last.</param>
    /// <returns>The master; nothing when no node is one.</returns>
    public static FlagServerNodeConnection? Of(IEnumerable<FlagServerNodeConnection> nodes, string? saved) => nodes
        .Where(node => node.Info.Role == FeatureFlagServerRole.Master)
        .OrderByDescending(node => node.Info.Replicas.Count(replica => replica.IsOnline))
        .ThenByDescending(node => node.Name == saved)
        .ThenByDescending(node => node.Info.HasKeys)
        .ThenByDescending(node => node.Info.Offset)
        .FirstOrDefault();
}
