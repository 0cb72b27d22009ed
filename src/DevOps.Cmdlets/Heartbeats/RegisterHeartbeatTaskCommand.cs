using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Droplets;
using DevOps.Cmdlets.Instances;
using DevOps.Core.Heartbeats;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Has heartbeats checked again and again, also when nobody is logged in.</para>
/// <para type="description">Registers scripts/Test-Heartbeat.ps1 with systemd, where it runs the machine, else with cron, which needs root and knows whole minutes only. Each run checks what was asked for, or everything that was deployed from here and every target that was added, and raises alerts for what has changed. It runs with the shell of this session and this module: after one of them was moved, register the task again. A task of the same name is changed.</para>
/// </summary>
/// <example>
/// <code>Register-HeartbeatTask</code>
/// <para>Has everything checked each minute.</para>
/// </example>
/// <example>
/// <code>Register-HeartbeatTask shop -Application itrust, checkbox -Interval 15s</code>
/// <para>Has two applications checked four times a minute.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Register, "HeartbeatTask", SupportsShouldProcess = true, DefaultParameterSetName = "Everything")]
[OutputType(typeof(HeartbeatTask))]
public sealed class RegisterHeartbeatTaskCommand : DevOpsCommand
{
    private const string ScriptPath = "scripts/Test-Heartbeat.ps1";

    /// <summary>The task's name: letters, digits, hyphens and underscores.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "all";

    /// <summary>The time from check to check: from 5s to one day.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Checks the instances of these applications. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Application")]
    [ArgumentCompleter(typeof(ApplicationNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Application { get; set; }

    /// <summary>Checks the droplets of these fleets.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Fleet")]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Fleet { get; set; }

    /// <summary>Checks these targets of Add-HeartbeatTarget. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Target")]
    [ArgumentCompleter(typeof(HeartbeatTargetCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Target { get; set; }

    /// <summary>The saved connection to use. Without it the selected one is used.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Connection { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"heartbeat task '{Name}'", $"Check each {Interval.TotalSeconds:0.###} s")) return;
        var state = Run(() => StateFolder.Open());
        if (Connection is not null) Run(() => new ConnectionStore(state).Get(Connection));
        List<string> command = [.. Run(OwnShell.Find), "-NoLogo", "-NoProfile", "-NonInteractive", "-File", Run(() => OwnShell.FindScript(ScriptPath))];
        Add(command, "-Application", Application);
        Add(command, "-Fleet", Fleet);
        Add(command, "-Target", Target);
        if (Connection is not null) command.AddRange(["-Connection", Connection]);
        if (TryRun((progress, ct) => new HeartbeatTaskService(state).RegisterAsync(Name, Interval, command, progress, ct), out var task)) WriteObject(task);
    }

    // Behind -File, several values are one text that the script takes apart.
    private static void Add(List<string> command, string parameter, string[]? values)
    {
        if (values is not null) command.AddRange([parameter, string.Join(',', values)]);
    }
}
