using DevOps.Core.Deployments.Holds;
using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Rolling;
using DevOps.Core.Environments;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Deployments.Instances;

/// <summary>Looks at the instances of an environment's applications, and starts, stops and restarts them.</summary>
public sealed class InstanceService : IDisposable
{
    private readonly StateFolder _state;
    private readonly EnvironmentDefinition _environment;
    private readonly IDeploymentFleets _fleets;
    private readonly TimeProvider _time;

    internal InstanceService(StateFolder state, EnvironmentDefinition environment, IDeploymentFleets fleets, TimeProvider time)
    {
        _state = state;
        _environment = environment;
        _fleets = fleets;
        _time = time;
    }

    /// <summary>Opens an environment.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="connection">The saved connection to use, or nothing for the one that the environment names.</param>
    /// <returns>The service.</returns>
    public static InstanceService Open(StateFolder state, EnvironmentDefinition environment, string? connection) =>
        new(state, environment, CloudFleets.Open(state, connection ?? environment.Connection, TimeProvider.System), TimeProvider.System);

    /// <summary>Looks at instances, all hosts at the same time, by the same facts as a deployment.</summary>
    /// <param name="applications">Which applications, by name.</param>
    /// <param name="progress">Hears of an application whose fleet is missing.</param>
    /// <param name="ct">Ends the look.</param>
    /// <returns>The instances, in the order of the environment file and of the fleets.</returns>
    public async Task<IReadOnlyList<ApplicationInstance>> ListAsync(Func<string, bool> applications, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var looks = _environment.Applications
            .Where(application => applications(application.Name))
            .Select(application => LookAsync(application, progress, ct));
        return [.. (await Task.WhenAll(looks)).SelectMany(instances => instances)];
    }

    /// <summary>Starts, stops or restarts one instance, and waits until it is as it should be.</summary>
    /// <param name="application">The application's name.</param>
    /// <param name="instance">The droplet's name.</param>
    /// <param name="action">What to do: <c>Start</c>, <c>Stop</c> or <c>Restart</c>.</param>
    /// <param name="progress">Hears what becomes of the instance in its balancer.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The instance afterwards.</returns>
    /// <exception cref="DevOpsException"><c>EnvironmentBusy</c>, <c>ApplicationNotFound</c>, <c>InstanceNotFound</c>, <c>ApplicationNotDeployed</c>, <c>InstanceNotHealthy</c>.</exception>
    public async Task<ApplicationInstance> ControlAsync(string application, string instance, UnitAction action, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var definition = Application(application);
        // A deployment counts on nobody else starting and stopping what it updates.
        await using var turn = new EnvironmentQueue(_state, new DeploymentStore(_state, _time)).Take(_environment.Name);
        await using var hosts = await FleetHosts.OpenEachAsync(_fleets, definition.Fleet, application, ct);
        var host = hosts.All.FirstOrDefault(candidate => candidate.Instance == instance) ?? throw new DevOpsException(
            "InstanceNotFound",
            FailureKind.NotFound,
            $"The fleet '{definition.Fleet}' has no droplet '{instance}'.",
            $"Get-ApplicationInstance {application} lists the instances.",
            instance);
        var connected = host.Connected ?? throw new DevOpsException(
            "InstanceUnreachable",
            FailureKind.Unavailable,
            $"{instance} cannot be reached: {host.Unreachable}",
            $"See whether it is powered on with Get-Droplet -Name {instance}.",
            instance);

        // Started or stopped, an instance comes or goes by the balancer's own checks; restarted, it would be missed in between.
        var holds = new InstanceHolds(_state, $"restart-{Guid.NewGuid():N}", (_, text) => progress.Report(new VerboseMessage(text + ".")), _time);
        using var announcement = EnvironmentWork.Announce(_state, _environment.Name, application, instance, $"a {action.ToString().ToLowerInvariant()} by hand is under way");
        await using var hold = await holds.TakeAsync(action == UnitAction.Restart ? definition.Balancer : null, new HeldInstance(application, host.Droplet, [definition.Port]), "it is restarted", ct);
        var invocation = await connected.ControlAsync(action, ct);
        if (action != UnitAction.Stop)
        {
            var facts = await connected.ReadFactsAsync(ct);
            var gate = await new HealthGate(_time).WaitAsync(connected, application, facts.Release?.Health ?? definition.Health, facts.Folder, invocation, null, ct);
            if (!gate.IsHealthy) throw NotHealthy(application, instance, action, gate);
            if (await hold.GiveBackAsync(waits: true, ct) is { } missing) progress.Report(new WarningMessage($"{instance} serves, but the balancer {definition.Balancer} does not ask it yet: {missing}"));
        }

        return Describe(definition, host, hosts.RoleOf(host, definition.Canaries), await host.LookAsync(ct));
    }

    /// <summary>Reads what instances wrote, merged by time.</summary>
    /// <param name="application">The application's name.</param>
    /// <param name="instances">Which droplets, by name.</param>
    /// <param name="tail">How many lines of each instance to begin with.</param>
    /// <param name="follow">Whether to go on with what is written from now on.</param>
    /// <param name="progress">Gets the entries as results, and a failure for each host that cannot be read.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>How many entries there were.</returns>
    public async Task<int> ReadLogAsync(string application, Func<string, bool> instances, int tail, bool follow, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var definition = Application(application);
        await using var hosts = await FleetHosts.OpenEachAsync(_fleets, definition.Fleet, application, ct);
        var log = new InstanceLog(progress);
        await Task.WhenAll(hosts.All.Where(host => instances(host.Instance)).Select(host => log.ReadAsync(host, tail, follow, ct)));
        return log.Finish();
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _fleets.Dispose();

    private static DevOpsException NotHealthy(string application, string instance, UnitAction action, GateResult gate) => new(
        "InstanceNotHealthy",
        FailureKind.OperationFailed,
        $"{instance} does not serve {application} after its {action.ToString().ToLowerInvariant()}: {gate.Cause}.{string.Concat(gate.Journal.Select(line => "\n    " + line))}",
        $"Get-ApplicationLog {application} -Instance {instance} shows more.",
        instance);

    private ApplicationDefinition Application(string name) =>
        _environment.Applications.FirstOrDefault(application => application.Name == name) ?? throw new DevOpsException(
            "ApplicationNotFound",
            FailureKind.NotFound,
            $"The environment '{_environment.Name}' has no application '{name}'; it has {string.Join(", ", _environment.Applications.Select(application => application.Name))}.",
            "Get-ApplicationInstance lists the instances of all applications.",
            name);

    private async Task<IReadOnlyList<ApplicationInstance>> LookAsync(ApplicationDefinition definition, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        try
        {
            await using var hosts = await FleetHosts.OpenEachAsync(_fleets, definition.Fleet, definition.Name, ct);
            var looks = await Task.WhenAll(hosts.All.Select(host => host.LookAsync(ct)));
            return [.. hosts.All.Select((host, index) => Describe(definition, host, hosts.RoleOf(host, definition.Canaries), looks[index]))];
        }
        catch (DevOpsException failure) when (failure.Id == "FleetNotFound")
        {
            progress.Report(new FailureMessage(failure));
            return [];
        }
    }

    private ApplicationInstance Describe(ApplicationDefinition definition, FleetHost host, ApplicationRole role, (HostFacts? Facts, string? Unreachable) look)
    {
        var facts = look.Facts;
        var verdict = facts is null ? null : HealthRules.Judge(definition.Name, facts, facts.Release?.Health ?? definition.Health);
        var health = facts switch
        {
            null => ApplicationHealth.Unreachable,
            { Folder: null } => ApplicationHealth.NotDeployed,
            { ActiveState: "inactive", Result: "success" } => ApplicationHealth.Stopped,
            _ => verdict!.IsGood ? ApplicationHealth.Healthy : ApplicationHealth.Unhealthy,
        };
        return new ApplicationInstance(
            definition.Name,
            host.Instance,
            host.Droplet.PublicAddress ?? host.Droplet.PrivateAddress ?? string.Empty,
            facts?.Release?.Port ?? definition.Port,
            role,
            facts?.Release?.Release ?? facts?.Folder,
            health,
            facts?.Since,
            facts is null ? look.Unreachable : verdict!.Cause,
            _environment.Name);
    }
}
