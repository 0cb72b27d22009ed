using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Environments;
using DevOps.Core;
using DevOps.Core.Deployments.Instances;
using DevOps.Core.Environments;
using DevOps.Model;

namespace DevOps.Cmdlets.Instances;

/// <summary>
/// <para type="synopsis">Lists the instances of applications with what they serve and how they are.</para>
/// <para type="description">Asks all hosts at the same time. An instance is Healthy by the same rules as in a deployment: its unit runs, the process that listens on the port belongs to it and works in the release's folder, and it answers as expected. The property Cause says why one is not.</para>
/// </summary>
/// <example>
/// <code>Get-ApplicationInstance</code>
/// <para>Lists all instances of all environments that were deployed from here.</para>
/// </example>
/// <example>
/// <code>Get-ApplicationInstance itrust -Environment ./production.psd1 | Where-Object Health -ne Healthy</code>
/// <para>Lists the instances of one application that do not serve as they should.</para>
/// </example>
/// <example>
/// <code>Get-ApplicationInstance | Where-Object Health -ne Healthy | Restart-ApplicationInstance</code>
/// <para>Restarts what does not serve.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ApplicationInstance")]
[OutputType(typeof(ApplicationInstance))]
public sealed class GetApplicationInstanceCommand : CloudCommand
{
    /// <summary>The application's name. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ApplicationNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Application { get; set; } = ["*"];

    /// <summary>The droplet's name. Wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Instance { get; set; } = ["*"];

    /// <summary>The environment: its file, or the name of one that was deployed from here. Without it, all that were.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Environment { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var applications = new NamePatterns(Application);
        var instances = new NamePatterns(Instance);
        var environments = Run(() => EnvironmentLocator.Find(this, State(), Environment));
        foreach (var name in environments.SelectMany(environment => environment.Applications)) applications.IsMatch(name.Name);
        foreach (var name in applications.NotFound()) WriteError(ToErrorRecord(EnvironmentLocator.NotDeployed(name)));
        var isWhole = true;
        foreach (var environment in environments)
        {
            var isListed = TryRun((progress, ct) => ListAsync(environment, applications.IsMatch, progress, ct), out var found);
            isWhole &= isListed;
            if (!isListed) continue;
            foreach (var instance in found.Where(instance => instances.IsMatch(instance.Instance))) WriteObject(instance);
        }

        // What could not be listed may well be there.
        if (!isWhole || applications.NotFound().Any()) return;
        foreach (var name in instances.NotFound()) WriteError(ToErrorRecord(NoSuchInstance(name)));
    }

    private static DevOpsException NoSuchInstance(string name) => new(
        "InstanceNotFound",
        FailureKind.NotFound,
        $"No application that was asked for has an instance '{name}'.",
        "Get-ApplicationInstance without names lists all instances.",
        name);

    private async Task<IReadOnlyList<ApplicationInstance>> ListAsync(
        EnvironmentDefinition environment,
        Func<string, bool> applications,
        IProgress<Core.Operations.OperationMessage> progress,
        CancellationToken ct)
    {
        using var service = InstanceService.Open(Core.State.StateFolder.Open(), environment, Connection);
        return await service.ListAsync(applications, progress, ct);
    }
}
