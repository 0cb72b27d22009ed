using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Environments;
using DevOps.Core;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Environments;
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
    // Why the file of -Environment could not be read.
    private ErrorRecord? _broken;

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
        var isWanted = Environment is null ? _ => true : Filter(Environment);
        foreach (var id in Id)
        {
            if (WildcardPattern.ContainsWildcardCharacters(id)) WriteMatching(store, id, isWanted);
            else if (TryRun(() => store.Get(id), out var deployment)) WriteObject(deployment);
        }
    }

    // A name is enough: an environment whose deployments are all gone has none to list. Of a file, what was deployed from
    // it counts as well as the name that it gives: a file that is broken or gone by now hides no deployment.
    private Func<EnvironmentDefinition, bool> Filter(string environment)
    {
        var looksLikePath = environment.EndsWith(".psd1", StringComparison.OrdinalIgnoreCase) || environment.AsSpan().IndexOfAny('/', '\\') >= 0;
        var file = looksLikePath ? Run(() => FileSystemPath.Resolve(this, environment)) : null;
        var name = file is null ? environment : null;
        try
        {
            if (file is not null) name = EnvironmentReader.Load(file).Name;
        }
        catch (DevOpsException failure)
        {
            _broken = ToErrorRecord(failure);
        }

        return candidate => candidate.File == file || string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase);
    }

    private void WriteMatching(DeploymentStore store, string id, Func<EnvironmentDefinition, bool> isWanted)
    {
        var pattern = WildcardPattern.Get(id, WildcardOptions.IgnoreCase);
        var left = Latest;
        foreach (var candidate in Run(store.Ids).Where(candidate => pattern.IsMatch(candidate)))
        {
            if (left == 0) break;
            if (!TryRun(() => store.GetRequest(candidate), out var request) || !isWanted(request.Environment)) continue;
            if (!TryRun(() => store.Get(candidate), out var deployment)) continue;
            WriteObject(deployment);
            left--;
        }

        if (_broken is not null && left == Latest) WriteError(_broken);
    }
}
