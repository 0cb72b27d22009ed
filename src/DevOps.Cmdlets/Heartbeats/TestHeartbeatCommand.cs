using System.Management.Automation;
using DevOps.Core.Heartbeats;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Checks once how applications' instances, droplets and other targets are.</para>
/// <para type="description">All targets are checked at the same time, by the heartbeat monitor where it runs and watches them; a failure is confirmed at once by further checks, as often as the target wants it (Fall), so that one hiccup is no alarm. A target is Up, Degraded when it answers but slowly or with a certificate that soon expires, and Down when it does not answer or answers wrongly; Cause says why and Evidence what was seen. Without parameters, everything that was deployed from here and every target that was added is checked.</para>
/// </summary>
/// <example>
/// <code>Test-Heartbeat</code>
/// <para>Checks everything.</para>
/// </example>
/// <example>
/// <code>Test-Heartbeat itrust | Where-Object State -ne Up | Format-List</code>
/// <para>Shows which of the five instances are not up, and why.</para>
/// </example>
/// <example>
/// <code>Test-Heartbeat -Alert | Where-Object State -ne Up</code>
/// <para>Checks everything, raises alerts for what has changed since the last time, and shows what is not up. scripts/Test-Heartbeat.ps1 does that with exit codes, for scheduled tasks.</para>
/// </example>
/// <example>
/// <code>if (-not (Test-Heartbeat -Fleet data -Quiet)) { 'The database host does not answer.' }</code>
/// <para>Asks whether a fleet's droplets answer.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "Heartbeat", DefaultParameterSetName = "Application")]
[OutputType(typeof(Heartbeat), typeof(bool))]
public sealed class TestHeartbeatCommand : HeartbeatCommand
{
    /// <summary>Emits only whether there is something to check and all of it answers: targets that are degraded do, and those in maintenance are taken to.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Remembers how targets are, for the next time, and raises an alert for each that has changed since the last one: when it is down or degraded, and when it is up again. Since is then as far back as it is remembered.</summary>
    [Parameter]
    public SwitchParameter Alert { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        using var service = new HeartbeatService(State(), Direct);
        var heartbeats = Run((progress, ct) => service.TestAsync(Targets, progress, ct));
        // What was found is emitted also where nothing can be remembered.
        if (Alert && heartbeats.Count > 0 && TryRun((progress, ct) => new HeartbeatAlerts(State()).RaiseAsync(heartbeats, progress, ct), out var remembered)) heartbeats = remembered;
        if (Quiet) WriteObject(heartbeats.Count > 0 && heartbeats.All(heartbeat => heartbeat.State is HeartbeatState.Up or HeartbeatState.Degraded or HeartbeatState.Maintenance));
        else WriteObject(heartbeats, enumerateCollection: true);
    }
}
