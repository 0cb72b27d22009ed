using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Droplets;
using DevOps.Cmdlets.Environments;
using DevOps.Cmdlets.Instances;
using DevOps.Core;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Environments;
using DevOps.Core.Heartbeats;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>What the cmdlets that check heartbeats do alike: they find out what is to be checked.</summary>
public abstract class HeartbeatCommand : CloudCommand
{
    private const string OfApplications = "Application";
    private const string OfFleets = "Fleet";
    private const string OfTargets = "Target";

    private readonly HashSet<(string Name, string? Group, Uri Uri)> _added = [];

    /// <summary>Checks the instances of these applications, as their environment says how they prove that they serve. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = OfApplications, Position = 0)]
    [ArgumentCompleter(typeof(ApplicationNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Application { get; set; } = ["*"];

    /// <summary>The environment of the applications: its file, or the name of one that was deployed from here. Without it, all that were.</summary>
    [Parameter(ParameterSetName = OfApplications)]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Environment { get; set; }

    /// <summary>Checks the droplets of these fleets: whether their SSH server greets.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OfFleets)]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Fleet { get; set; } = [];

    /// <summary>Checks targets: what Get-HeartbeatTarget emits, or the names of some that were added. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OfTargets, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(HeartbeatTargetCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public PSObject[] Target { get; set; } = [];

    /// <summary>Checks also what the heartbeat monitor watches, instead of asking the monitor.</summary>
    [Parameter]
    public SwitchParameter Direct { get; set; }

    /// <summary>The saved connection to use, also for units of droplets whose target names none. Without it the selected one is used, then the one that DIGITALOCEAN_ACCESS_TOKEN and DIGITALOCEAN_API_URL make.</summary>
    // Not by the property of targets that are piped in: most of them need none.
    [Parameter]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    [ValidateNotNullOrEmpty]
    public override string? Connection { get; set; }

    private protected List<HeartbeatTarget> Targets { get; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case OfFleets:
                if (TryRun((progress, ct) => FleetTargets.OfFleetsAsync(Session(), Fleet, progress, ct), out var droplets)) Add(droplets);
                break;
            case OfTargets:
                foreach (var target in Target) AddTarget(target.BaseObject);
                break;
            default:
                AddApplications();
                // Nothing asked for is everything there is.
                if (!MyInvocation.BoundParameters.ContainsKey(nameof(Application)) && Environment is null) AddAllSaved();
                break;
        }
    }

    // Asked for twice, it is still one.
    private void Add(IEnumerable<HeartbeatTarget> targets) => Targets.AddRange(targets.Where(target => _added.Add((target.Name, target.Group, target.Uri))));

    private void AddApplications()
    {
        var applications = new NamePatterns(Application);
        var environments = Run(() => EnvironmentLocator.Find(this, State(), Environment));
        foreach (var application in environments.SelectMany(environment => environment.Applications)) applications.IsMatch(application.Name);
        foreach (var name in applications.NotFound()) WriteError(ToErrorRecord(EnvironmentLocator.NotDeployed(name)));
        foreach (var environment in environments)
        {
            if (TryRun((progress, ct) => FindAsync(environment, applications.IsMatch, progress, ct), out var instances)) Add(instances);
        }
    }

    private Task<IReadOnlyList<HeartbeatTarget>> FindAsync(EnvironmentDefinition environment, Func<string, bool> applications, IProgress<OperationMessage> progress, CancellationToken ct) =>
        FleetTargets.OfApplicationsAsync(StateFolder.Open(), environment, applications, Connection, progress, ct);

    private void AddTarget(object given)
    {
        if (given is HeartbeatTarget target)
        {
            if (TryRun(() => Checked(target), out var valid)) Add([valid]);
            return;
        }

        if (given is string name) AddSaved(name);
        else WriteError(ToErrorRecord(new DevOpsException("HeartbeatTargetInvalid", FailureKind.InvalidInput, $"What came is no heartbeat target, but a {given.GetType().Name}.", "Take what Get-HeartbeatTarget emits, names of targets, or -Application or -Fleet.", given)));
    }

    // A unit's droplet is looked up in the account that is asked for, unless the target names its own.
    private HeartbeatTarget Checked(HeartbeatTarget target) => HeartbeatTargetRules.WithConnection(HeartbeatTargetRules.Check(target), Connection);

    private void AddAllSaved()
    {
        AddSaved("*");
        if (Targets.Count > 0 || new KnownEnvironments(State()).List().Count > 0) return;
        WriteError(ToErrorRecord(new DevOpsException(
            "HeartbeatTargetNotFound",
            FailureKind.NotFound,
            "There is nothing to check: nothing was deployed from here, and no target was added.",
            "Add-HeartbeatTarget adds one; Invoke-Deployment deploys applications.")));
    }

    private void AddSaved(string pattern)
    {
        var store = new HeartbeatTargetStore(State());
        var names = new NamePatterns([pattern]);
        foreach (var name in store.Names().Where(names.IsMatch))
        {
            if (TryRun(() => Checked(store.Get(name)), out var target)) Add([target]);
        }

        foreach (var name in names.NotFound()) WriteError(ToErrorRecord(HeartbeatTargetStore.NotFound(name)));
    }
}
