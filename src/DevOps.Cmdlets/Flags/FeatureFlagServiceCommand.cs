using DevOps.Core.Flags.Service;

namespace DevOps.Cmdlets.Flags;

/// <summary>What every cmdlet that works with feature flag services does alike.</summary>
public abstract class FeatureFlagServiceCommand : FeatureFlagServerCommand
{
    /// <summary>What starts, shows and stops services.</summary>
    /// <returns>It.</returns>
    private protected FlagServiceControl Services() => new(State());
}
