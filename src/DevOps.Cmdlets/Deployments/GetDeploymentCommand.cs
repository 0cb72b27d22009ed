using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Environments;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Deployments;

/// <summary>
/// <para type="synopsis">Lists deployments and tells their stories.</para>
/// <para type="description">Everything comes from the journals on this control host, the newest deployment first. The Events of a deployment say what happened to which instance and when. A deployment whose worker died is Interrupted: Invoke-Deployment -Resume takes it up again, Undo-Deployment goes back.</para>
/// </summary>
/// <example>
/// <code>Get-Deployment -Latest 5</code>
/// <para>Shows the last five deployments.</para>
/// </example>
/// <example>
/// <code>(Get-Deployment -Environment production -Latest 1).Events</code>
/// <para>Tells the story of the last one in an environment.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "Deployment")]
[OutputType(typeof(Deployment))]
public sealed class GetDeploymentCommand : DevOpsCommand
{
    /// <summary>The deployment's id. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeploymentIdCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = ["*"];

    /// <summary>Only deployments of this environment: its name, or its file.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Environment { get; set; }

    /// <summary>Only so many, the newest.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Latest { get; set; } = int.MaxValue;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var store = new DeploymentStore(StateFolder.Open());
        // A name is enough: an environment whose deployments are all gone has none to list.
        var looksLikePath = Environment is not null && (Environment.EndsWith(".psd1", StringComparison.OrdinalIgnoreCase) || Environment.AsSpan().IndexOfAny('/', '\\') >= 0);
        var environment = looksLikePath ? Run(() => EnvironmentReader.Load(FileSystemPath.Resolve(this, Environment!)).Name) : Environment;
        foreach (var id in Id)
        {
            if (WildcardPattern.ContainsWildcardCharacters(id)) WriteMatching(store, id, environment);
            else if (TryRun(() => store.Get(id), out var deployment)) WriteObject(deployment);
        }
    }

    private void WriteMatching(DeploymentStore store, string id, string? environment)
    {
        var pattern = WildcardPattern.Get(id, WildcardOptions.IgnoreCase);
        var left = Latest;
        foreach (var candidate in Run(store.Ids))
        {
            if (left == 0) return;
            if (!pattern.IsMatch(candidate) || !TryRun(() => store.Get(candidate), out var deployment)) continue;
            if (environment is not null && !string.Equals(deployment.Environment, environment, StringComparison.OrdinalIgnoreCase)) continue;
            WriteObject(deployment);
            left--;
        }
    }
}
