using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Servers;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Flags;

/// <summary>What every cmdlet that works with a feature flag server does alike.</summary>
public abstract class FeatureFlagServerCommand : DevOpsCommand
{
    /// <summary>The installation's state folder.</summary>
    /// <returns>The folder.</returns>
    private protected StateFolder State() => Run(() => StateFolder.Open());

    /// <summary>The servers that are known.</summary>
    /// <returns>The servers.</returns>
    private protected FlagServerStore Servers() => new(State());

    /// <summary>What connects to them.</summary>
    /// <returns>The connector.</returns>
    private protected FlagServerConnector Connector() => new(State());
}
