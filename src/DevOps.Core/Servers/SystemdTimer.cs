namespace DevOps.Core.Servers;

/// <summary>A program that systemd runs again and again.</summary>
public sealed record SystemdTimer
{
    /// <summary>The name of its two units without their types, such as <c>devops-heartbeat-shop</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in a few words.</summary>
    public required string Description { get; init; }

    /// <summary>The installation's state folder, which the units belong to.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The program's full path and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Environment variables. Anybody on the machine can read them: no secrets.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The time from one run's beginning to the next one's.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Exit codes beside 0 that are no failure of the program.</summary>
    public IReadOnlyList<int> GoodExitCodes { get; init; } = [];

    /// <summary>How long a run may take before it is killed.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The unit that begins runs.</summary>
    public string TimerUnit => $"{Name}.timer";

    /// <summary>The unit of a run.</summary>
    public string ServiceUnit => $"{Name}.service";
}

/// <summary>How a timer stands.</summary>
/// <param name="Name">The name of its units without their types.</param>
/// <param name="File">The timer's unit file.</param>
/// <param name="Interval">The time from run to run.</param>
/// <param name="Command">The command line, as systemd reads it.</param>
/// <param name="LastRun">When a run began last; nothing when none did.</param>
/// <param name="LastExitCode">How that ended; nothing when it did not, or has not.</param>
public sealed record SystemdTimerStatus(string Name, string File, TimeSpan Interval, string Command, DateTimeOffset? LastRun, int? LastExitCode);
