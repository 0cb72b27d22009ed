using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Environments;
using DevOps.Core;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Environments;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Releases;

/// <summary>Completes the applications of the environment file of <c>-Environment</c>; while there is none, those that were deployed from here.</summary>
public sealed class EnvironmentApplicationCompleter : NameCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given)
    {
        var environments = Load(given["Environment"] as string) is { } file ? [file] : new KnownEnvironments(StateFolder.Open()).List();
        return environments
            .SelectMany(environment => environment.Applications.Select(application => (application.Name, About: $"in {environment.Name}, from {application.Source}")))
            .DistinctBy(application => application.Name);
    }

    private static EnvironmentDefinition? Load(string? path)
    {
        try
        {
            return CompletionPath.Resolve(path) is { } file ? EnvironmentReader.Load(file) : null;
        }
        catch (DevOpsException)
        {
            // The cmdlet will say what is wrong with the file; the Tab key is no place for it.
            return null;
        }
    }
}
