namespace DevOps.Model;

/// <summary>What runs a scheduled task.</summary>
public enum HeartbeatScheduler
{
    /// <summary>A timer of systemd.</summary>
    Systemd,

    /// <summary>A file of <c>/etc/cron.d</c>.</summary>
    Cron,
}

/// <summary>A scheduled check of heartbeats.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Interval">The time from check to check.</param>
/// <param name="Scheduler">What runs it.</param>
/// <param name="Command">The command line, as the scheduler reads it.</param>
/// <param name="File">The scheduler's file.</param>
/// <param name="LastRun">When a check began last; nothing when none did, or when the scheduler does not tell.</param>
/// <param name="LastExitCode">How that ended: 0 all up, 1 degraded, 2 down, 3 not all could be checked; nothing when it is not known.</param>
public sealed record HeartbeatTask(
    string Name,
    TimeSpan Interval,
    HeartbeatScheduler Scheduler,
    string Command,
    string File,
    DateTimeOffset? LastRun,
    int? LastExitCode);
