using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DevOps.Cmdlets.Common;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Deployments;

/// <summary>Completes the ids of deployments, the newest first.</summary>
public sealed class DeploymentIdCompleter : IArgumentCompleter
{
    private const int Newest = 20;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var store = new DeploymentStore(StateFolder.Open());
        return Completion.Of(wordToComplete, store.Ids().Take(Newest).Select(store.Get).Select(deployment => (deployment.Id, $"{deployment.Kind} in {deployment.Environment}: {deployment.State}")));
    }
}
