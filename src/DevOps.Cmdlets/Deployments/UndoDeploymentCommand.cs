using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Environments;
using DevOps.Core.Deployments.Journal;
using DevOps.Model;

namespace DevOps.Cmdlets.Deployments;

/// <summary>
/// <para type="synopsis">Brings every application back to what it served before a deployment.</para>
/// <para type="description">Each instance that the deployment changed gets back the release, the configuration and the unit that it had before it, one instance after another, each only once the one before it serves. An instance that served nothing before the deployment stops serving. An interrupted deployment can be undone too, wherever it broke off. Undoing is a deployment of its own, with a journal of its own.</para>
/// </summary>
/// <example>
/// <code>Undo-Deployment</code>
/// <para>Goes back behind the latest deployment that changed something. Once more goes back behind the one before it.</para>
/// </example>
/// <example>
/// <code>Undo-Deployment -Environment ./production.psd1 -WhatIf</code>
/// <para>Says what each instance would go back to.</para>
/// </example>
/// <example>
/// <code>Get-Deployment -Environment production -Latest 1 | Undo-Deployment -Confirm</code>
/// <para>Asks first, then goes back behind the last deployment of the environment.</para>
/// </example>
[Cmdlet(VerbsCommon.Undo, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Deployment))]
public sealed class UndoDeploymentCommand : DeployingCommand
{
    /// <summary>The deployment's id. Without it, the latest deployment that changed something and was not undone yet.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeploymentIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Id { get; set; }

    /// <summary>The environment whose latest deployment is undone: its file, or its name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Environment { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = Service();
        if (!TryRun(() => service.Store.GetRequest(Id ?? service.FindUndoable(EnvironmentName())), out var undone)) return;
        var request = new DeploymentRequest
        {
            Id = service.Store.NewId(),
            Kind = DeploymentKind.Undo,
            Environment = undone.Environment,
            Connection = Connection ?? undone.Connection,
            Fleet = undone.Fleet,
            Undoes = undone.Id,
            StartedBy = Operator.Name(),
            StartedAt = DateTimeOffset.UtcNow,
        };
        if (!ShouldDeploy(request, undone.Environment.Name, $"Go back to what was served before the deployment {undone.Id}")) return;
        if (!TryFollow(request.Id, (progress, ct) => service.StartAndFollowAsync(request, progress, ct), out var deployment)) return;
        WriteEnd(deployment);
        WriteObject(deployment);
    }

    private string? EnvironmentName() => Environment is null ? null : EnvironmentLocator.FindOne(this, State(), Environment).Name;
}
