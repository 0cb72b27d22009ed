using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Watches how applications' instances, droplets and other targets are.</para>
/// <para type="description">Emits how each target is when it begins, and from then on a heartbeat for each change, until it is stopped with Ctrl+C or by a command downstream. Targets are those that there are when it begins. The heartbeat monitor is followed where it runs and watches them; without it, each is checked at the interval, none at the same moment as the others, and SSH servers every five seconds at most, since newer ones refuse an address that connects more often without logging in. A failure is confirmed at once by further checks, as often as the target wants it (Fall). Without parameters, everything that was deployed from here and every target that was added is watched.</para>
/// </summary>
/// <example>
/// <code>Watch-Heartbeat itrust</code>
/// <para>Shows how the five instances are, and each change from then on.</para>
/// </example>
/// <example>
/// <code>Watch-Heartbeat checkbox -Interval 250ms -All | ForEach-Object { "$($_.Target) $($_.Latency.TotalMilliseconds) ms" }</code>
/// <para>Shows every beat, of checks of its own.</para>
/// </example>
/// <example>
/// <code>Get-HeartbeatTarget shop | Watch-Heartbeat | Where-Object State -eq Up | Select-Object -First 1</code>
/// <para>Waits until a target is up.</para>
/// </example>
[Cmdlet(VerbsCommon.Watch, "Heartbeat", DefaultParameterSetName = "Application")]
[OutputType(typeof(Heartbeat))]
public sealed class WatchHeartbeatCommand : HeartbeatCommand
{
    /// <summary>The time from beat to beat: from 250ms on. Without it, the heartbeat monitor is followed when it runs, and a second is the interval when it does not.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Interval { get; set; }

    /// <summary>Emits every beat instead of changes only.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        using var service = new HeartbeatService(State(), Direct);
        Run((progress, ct) => service.WatchAsync(Targets, Interval, All, progress, ct));
    }
}
