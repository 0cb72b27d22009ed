using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Environments;
using DevOps.Core;
using DevOps.Core.Deployments.Instances;
using DevOps.Core.Environments;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Instances;

/// <summary>
/// <para type="synopsis">Reads what the instances of an application wrote.</para>
/// <para type="description">The lines come from the journals of all hosts, merged in the order of time. With -Follow the cmdlet goes on with what is written from now on, from all hosts, until it is stopped. Lines of systemd about the unit are among them, so that starts and ends can be seen.</para>
/// </summary>
/// <example>
/// <code>Get-ApplicationLog itrust -Tail 20</code>
/// <para>Shows the last twenty lines of each instance.</para>
/// </example>
/// <example>
/// <code>Get-ApplicationLog checkbox -Follow | Where-Object Message -like '*error*'</code>
/// <para>Watches all instances for errors.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ApplicationLog")]
[OutputType(typeof(ApplicationLogEntry))]
public sealed class GetApplicationLogCommand : CloudCommand
{
    /// <summary>The application's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ApplicationNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Application { get; set; } = string.Empty;

    /// <summary>The droplet's name. Wildcards are allowed.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Instance { get; set; } = ["*"];

    /// <summary>How many of the last lines of each instance to read.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int Tail { get; set; } = 100;

    /// <summary>Go on with what is written from now on.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <summary>The environment: its file, or the name of one that was deployed from here. Without it, those that have the application.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Environment { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var environments = Run(() => EnvironmentLocator.Find(this, State(), Environment))
            .Where(environment => Environment is not null || environment.Applications.Any(application => application.Name == Application))
            .ToArray();
        if (environments.Length == 0) WriteError(ToErrorRecord(EnvironmentLocator.NotDeployed(Application)));
        var isRead = true;
        var instances = new NamePatterns(Instance);
        foreach (var environment in environments) isRead &= TryRun((progress, ct) => ReadAsync(environment, instances, progress, ct), out _);
        if (environments.Length == 0 || !isRead) return;
        foreach (var name in instances.NotFound()) WriteError(ToErrorRecord(NoSuchInstance(name)));
    }

    private async Task<int> ReadAsync(EnvironmentDefinition environment, NamePatterns instances, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        using var service = InstanceService.Open(StateFolder.Open(), environment, Connection);
        return await service.ReadLogAsync(Application, instances.IsMatch, Tail, Follow, progress, ct);
    }

    private DevOpsException NoSuchInstance(string name) => new(
        "InstanceNotFound",
        FailureKind.NotFound,
        $"The application '{Application}' has no instance '{name}'.",
        $"Get-ApplicationInstance {Application} lists its instances.",
        name);
}
