using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Environments;
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
        var applications = Matcher(Application);
        var instances = Matcher(Instance);
        foreach (var environment in Run(() => EnvironmentLocator.Find(this, State(), Environment)))
        {
            if (!TryRun((progress, ct) => ListAsync(environment, applications, progress, ct), out var found)) continue;
            foreach (var instance in found.Where(instance => instances(instance.Instance))) WriteObject(instance);
        }
    }

    private static Func<string, bool> Matcher(string[] patterns)
    {
        var wildcards = patterns.Select(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase)).ToArray();
        return name => wildcards.Any(wildcard => wildcard.IsMatch(name));
    }

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
