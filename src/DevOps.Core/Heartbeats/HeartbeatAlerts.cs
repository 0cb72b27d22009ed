using System.Globalization;
using DevOps.Core.Alerts;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>
/// Raises alerts for what has changed since targets were last checked: once when a target is down or degraded, once when
/// that becomes another, a reminder while it stays so, and once when it is up again, all with the same incident. What is in
/// maintenance, or not known, is judged once it is something else.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock.</param>
/// <param name="deliver">Brings alerts to their destinations; ends when they are at least written down.</param>
public sealed class HeartbeatAlerts(StateFolder state, TimeProvider? time = null, Func<IReadOnlyList<Alert>, Task>? deliver = null)
{
    /// <summary>After how long an incident is told again, when nothing else is said.</summary>
    public static readonly TimeSpan UsualReminder = TimeSpan.FromHours(4);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    // Targets that are no longer checked are not kept for ever.
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(30);

    // So much older than what is remembered is no earlier check, but a clock that was set back.
    private static readonly TimeSpan LongestCheck = TimeSpan.FromHours(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly HeartbeatMemory _memory = new(state);

    /// <summary>After how long an incident that goes on is told again; never when zero.</summary>
    public TimeSpan Reminder { get; set; } = UsualReminder;

    /// <summary>Compares heartbeats with what is remembered, raises alerts for what is news, and remembers them.</summary>
    /// <param name="heartbeats">How targets are, by a check that has settled.</param>
    /// <param name="progress">Hears what may surprise.</param>
    /// <param name="ct">Ends the wait for another check that is at it.</param>
    /// <returns>The heartbeats, each with since when its target is as it is, as far as it is remembered.</returns>
    /// <exception cref="DevOpsException"><c>StateFolderBusy</c>, <c>StateFolderNotWritable</c>.</exception>
    public async Task<IReadOnlyList<Heartbeat>> RaiseAsync(IReadOnlyList<Heartbeat> heartbeats, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await using var turn = await StateLock.AcquireAsync(state, HeartbeatMemory.Lock, LongestWait, _time, ct);
        var memory = _memory.Read(text => progress.Report(new WarningMessage(text)));
        var alerts = new List<Alert>();
        var told = new List<Heartbeat>();
        var served = heartbeats.Where(heartbeat => heartbeat.State is HeartbeatState.Up or HeartbeatState.Degraded).Select(GroupOf).ToHashSet(StringComparer.Ordinal);
        foreach (var heartbeat in heartbeats)
        {
            var key = HeartbeatKey.Of(heartbeat);
            var before = memory.GetValueOrDefault(key);
            if (heartbeat.State is HeartbeatState.Unknown or HeartbeatState.Maintenance || IsOutdated(heartbeat, before))
            {
                told.Add(heartbeat);
                continue;
            }

            var isSame = before?.State == heartbeat.State;
            // A clock that was set back since would make it begin after it was checked.
            var current = isSame && before!.Since < heartbeat.Since ? heartbeat with { Since = before.Since } : heartbeat;
            var incident = IncidentOf(current, before);
            var isDue = isSame && Reminder > TimeSpan.Zero && before!.ToldAt is { } toldAt && current.At - toldAt >= Reminder;
            var alert = isSame && !isDue ? null : AlertOf(current, before, incident, served.Contains(GroupOf(current)));
            if (alert is not null) alerts.Add(alert);
            memory[key] = current.State == HeartbeatState.Up
                ? new RememberedHeartbeat(current.State, current.Since, Incident: null, current.At)
                : new RememberedHeartbeat(current.State, current.Since, incident, current.At) { ToldAt = alert is null ? before?.ToldAt ?? current.At : current.At };
            told.Add(current);
        }

        // In this order: killed in between, the next check tells again what was told, and nothing is kept silent.
        // What a destination did not take last time is sent again, too: there may be no other process that does it.
        if (alerts.Count > 0 || HasWaiting()) await (deliver?.Invoke(alerts) ?? DeliverAsync(alerts, progress));
        var now = _time.GetUtcNow();
        _memory.Write(memory.Where(entry => now - entry.Value.At < Forgotten).ToDictionary(StringComparer.Ordinal));
        return told;
    }

    private static string? IncidentOf(Heartbeat heartbeat, RememberedHeartbeat? before) =>
        before?.Incident ?? (heartbeat.State is HeartbeatState.Down or HeartbeatState.Degraded
            ? string.Create(CultureInfo.InvariantCulture, $"heartbeat-{GroupOf(heartbeat)}-{heartbeat.Target}-{heartbeat.Uri.Scheme}-{heartbeat.Since.ToUnixTimeMilliseconds()}")
            : null);

    // Of two checks at once, the one that took longer may know less.
    private static bool IsOutdated(Heartbeat heartbeat, RememberedHeartbeat? before) => before is not null && before.At > heartbeat.At && before.At - heartbeat.At < LongestCheck;

    private static string GroupOf(Heartbeat heartbeat) => heartbeat.Group ?? heartbeat.Target;

    private static Alert? AlertOf(Heartbeat heartbeat, RememberedHeartbeat? before, string? incident, bool isServed)
    {
        var name = heartbeat.Group is null ? heartbeat.Target : $"{heartbeat.Target} of {heartbeat.Group}";
        return heartbeat.State switch
        {
            // As long as others of its group answer, users are served.
            HeartbeatState.Down => Make(isServed ? AlertSeverity.Warning : AlertSeverity.Critical, before?.State == HeartbeatState.Down ? $"{name} is still down." : $"{name} is down."),
            HeartbeatState.Degraded => Make(AlertSeverity.Warning, before?.State switch
            {
                HeartbeatState.Down => $"{name} answers again, but is degraded.",
                HeartbeatState.Degraded => $"{name} is still degraded.",
                _ => $"{name} is degraded.",
            }),
            // What was never told to be down is not told to be up.
            HeartbeatState.Up when incident is not null => Make(AlertSeverity.Recovery, $"{name} is up again."),
            _ => null,
        };

        Alert Make(AlertSeverity severity, string summary) => new(
            Guid.NewGuid().ToString("N"),
            heartbeat.At,
            $"heartbeat/{GroupOf(heartbeat)}",
            heartbeat.Target,
            severity,
            summary,
            heartbeat.Cause,
            heartbeat.Evidence,
            incident!);
    }

    private bool HasWaiting()
    {
        var service = new AlertService(state, _time);
        return service.Names().Any(name => service.CountWaiting(name) > 0);
    }

    private async Task DeliverAsync(IReadOnlyList<Alert> alerts, IProgress<OperationMessage> progress)
    {
        await using var dispatcher = new AlertDispatcher(state, _time, text => progress.Report(new WarningMessage(text)));
        foreach (var alert in alerts) dispatcher.Raise(alert);
    }
}
