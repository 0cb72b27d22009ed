using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Environments;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Environments;

/// <summary>Finds the environments that a cmdlet's -Environment means: a file's path, or the name of one that was deployed from here.</summary>
internal static class EnvironmentLocator
{
    /// <summary>Finds environments.</summary>
    /// <param name="cmdlet">The cmdlet, for its location.</param>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="environment">A path or a name; nothing for all environments that were deployed from here.</param>
    /// <returns>The environments.</returns>
    /// <exception cref="DevOpsException"><c>EnvironmentNotFound</c>, <c>EnvironmentFileInvalid</c>.</exception>
    public static IReadOnlyList<EnvironmentDefinition> Find(PSCmdlet cmdlet, StateFolder state, string? environment)
    {
        var known = new KnownEnvironments(state);
        return string.IsNullOrEmpty(environment) ? known.List() : [FindOne(cmdlet, state, environment)];
    }

    /// <summary>Finds one environment.</summary>
    /// <param name="cmdlet">The cmdlet, for its location.</param>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="environment">A path or a name.</param>
    /// <returns>The environment.</returns>
    /// <exception cref="DevOpsException"><c>EnvironmentNotFound</c>, <c>EnvironmentFileInvalid</c>.</exception>
    public static EnvironmentDefinition FindOne(PSCmdlet cmdlet, StateFolder state, string environment)
    {
        var looksLikePath = environment.AsSpan().IndexOfAny('/', '\\') >= 0 || environment.EndsWith(".psd1", StringComparison.OrdinalIgnoreCase);
        if (looksLikePath) return EnvironmentReader.Load(FileSystemPath.Resolve(cmdlet, environment));
        return new KnownEnvironments(state).Get(environment);
    }

    /// <summary>The failure of an application that no known environment has.</summary>
    /// <param name="application">The application's name.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException NotDeployed(string application) => new(
        "ApplicationNotFound",
        FailureKind.NotFound,
        $"No environment that was deployed from here has an application '{application}'.",
        "Get-ApplicationInstance lists what was deployed; -Environment takes the path of an environment file.",
        application);
}
