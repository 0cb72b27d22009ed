using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Balancing;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Balancing;

/// <summary>What every cmdlet that works with balancers does alike.</summary>
public abstract class BalancerCommand : DevOpsCommand
{
    /// <summary>The balancers of the installation.</summary>
    /// <returns>The service.</returns>
    private protected BalancerService Service() => new(Run(() => StateFolder.Open()));

    /// <summary>The backends of the installation's balancers.</summary>
    /// <returns>The service.</returns>
    private protected BackendService Backends() => new(Run(() => StateFolder.Open()), Service());

    /// <summary>What an event says about who made a change.</summary>
    /// <returns>The cmdlet and who ran it.</returns>
    private protected string Cause() => $"{MyInvocation.MyCommand.Name} by {Operator.Name()}";

    /// <summary>Whether a parameter was given.</summary>
    /// <param name="parameter">Its name.</param>
    /// <returns>Whether it was.</returns>
    private protected bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>What a switch says, if it was given at all.</summary>
    /// <param name="parameter">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>How it was set; nothing when it was not.</returns>
    private protected bool? Given(string parameter, SwitchParameter value) => IsGiven(parameter) ? value.IsPresent : null;

    /// <summary>Makes a test of names.</summary>
    /// <param name="patterns">Names, perhaps with wildcards.</param>
    /// <returns>Whether a name is one of them.</returns>
    private protected static Func<string, bool> Matcher(IEnumerable<string> patterns)
    {
        var wildcards = patterns.Select(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase)).ToArray();
        return name => wildcards.Any(wildcard => wildcard.IsMatch(name));
    }

    /// <summary>Writes an error for each exact name that no balancer has.</summary>
    /// <param name="service">The balancers.</param>
    /// <param name="patterns">Names, perhaps with wildcards.</param>
    private protected void WriteMissing(BalancerService service, IEnumerable<string> patterns)
    {
        var names = Run(service.Catalog.Names);
        foreach (var name in patterns.Where(pattern => !WildcardPattern.ContainsWildcardCharacters(pattern)))
        {
            if (!names.Contains(name, StringComparer.OrdinalIgnoreCase)) TryRun(() => service.Catalog.Get(name), out _);
        }
    }
}
