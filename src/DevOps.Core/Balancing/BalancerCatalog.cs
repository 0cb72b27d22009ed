using DevOps.Core.Environments;
using DevOps.Core.State;

namespace DevOps.Core.Balancing;

/// <summary>The balancers that the installation has, as their settings files tell. No process is asked.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class BalancerCatalog(StateFolder state)
{
    /// <summary>Lists the balancers.</summary>
    /// <returns>Their names, in order.</returns>
    public IReadOnlyList<string> Names()
    {
        var folder = state.PathOf(BalancerFiles.FolderName);
        if (!Directory.Exists(folder)) return [];
        return [.. Directory.EnumerateDirectories(folder)
            .Select(Path.GetFileName)
            .OfType<string>()
            .Where(name => File.Exists(new BalancerFiles(state, name).SettingsFile))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Finds a balancer's settings.</summary>
    /// <param name="name">Its exact name.</param>
    /// <returns>The settings; nothing when there is no such balancer.</returns>
    /// <exception cref="DevOpsException"><c>BalancerNameInvalid</c>, <c>BalancerSettingsInvalid</c>.</exception>
    public BalancerSettings? Find(string name)
    {
        // A name is part of a path.
        BalancerRules.CheckName(name);
        return new BalancerFiles(state, name).ReadSettings();
    }

    /// <summary>Gets a balancer's settings.</summary>
    /// <param name="name">Its exact name.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="DevOpsException"><c>BalancerNotFound</c>, <c>BalancerNameInvalid</c>, <c>BalancerSettingsInvalid</c>.</exception>
    public BalancerSettings Get(string name)
    {
        if (Find(name) is { } settings) return settings;
        var guess = Spelling.Closest(name, Names()) is { } closest ? $" Did you mean '{closest}'?" : string.Empty;
        throw new DevOpsException(
            "BalancerNotFound",
            FailureKind.NotFound,
            $"There is no balancer called '{name}'.{guess}",
            "Start-CanaryBalancer makes one; Get-CanaryBalancer lists them.",
            name);
    }
}
