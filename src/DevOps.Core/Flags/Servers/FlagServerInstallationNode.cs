using DevOps.Core.Hosts;

namespace DevOps.Core.Flags.Servers;

/// <summary>A node while it is installed.</summary>
/// <param name="Node">The node.</param>
/// <param name="Session">The SSH connection to its droplet.</param>
internal sealed record FlagServerInstallationNode(SavedFlagServerNode Node, HostSession Session)
{
    /// <summary>What is done on its host.</summary>
    public FlagServerNodeHost Host { get; } = new(Session);

    /// <summary>Whether it had data before.</summary>
    public bool HeldData { get; set; }

    /// <summary>The connection to its server, once it runs.</summary>
    public FlagServerNodeConnection? Connection { get; set; }
}
