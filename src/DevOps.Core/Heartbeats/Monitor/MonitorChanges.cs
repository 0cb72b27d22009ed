using System.Globalization;
using System.Net;

namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>What is to be different about the monitor; what is nothing stays.</summary>
public sealed record MonitorChanges
{
    private const int HighestPort = 65_535;
    private static readonly TimeSpan ShortestReminder = TimeSpan.FromMinutes(1);

    /// <summary>The port of the page.</summary>
    public int? Port { get; init; }

    /// <summary>The address at which the page is served.</summary>
    public string? ListenAddress { get; init; }

    /// <summary>The time from beat to beat.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The fleets whose droplets are checked.</summary>
    public IReadOnlyList<string>? Fleets { get; init; }

    /// <summary>The saved connection through which fleets are found.</summary>
    public string? Connection { get; init; }

    /// <summary>After how long an incident that goes on is told again.</summary>
    public TimeSpan? Reminder { get; init; }

    /// <summary>Whether a service manager keeps the process running.</summary>
    public bool? IsPersistent { get; init; }

    /// <summary>Makes settings of settings.</summary>
    /// <param name="before">The settings before.</param>
    /// <returns>The new ones.</returns>
    /// <exception cref="DevOpsException"><c>PortInvalid</c>, <c>AddressNotUsable</c>, <c>HeartbeatIntervalInvalid</c>, <c>ReminderInvalid</c>.</exception>
    internal MonitorSettings ApplyTo(MonitorSettings before)
    {
        var after = before with
        {
            Port = Port ?? before.Port,
            ListenAddress = ListenAddress ?? before.ListenAddress,
            Interval = Interval ?? before.Interval,
            Fleets = Fleets ?? before.Fleets,
            Connection = Connection ?? before.Connection,
            Reminder = Reminder ?? before.Reminder,
            IsPersistent = IsPersistent ?? before.IsPersistent,
        };
        Check(after);
        return after;
    }

    /// <summary>Says what would change.</summary>
    /// <param name="before">The settings before.</param>
    /// <param name="after">The new ones.</param>
    /// <returns>The changes in words, such as <c>port 8090 → 9000</c>.</returns>
    internal static IReadOnlyList<string> Describe(MonitorSettings before, MonitorSettings after)
    {
        var changes = new List<string>();
        Add("port", before.Port.ToString(CultureInfo.InvariantCulture), after.Port.ToString(CultureInfo.InvariantCulture));
        Add("address", before.ListenAddress, after.ListenAddress);
        Add("interval", Text(before.Interval), Text(after.Interval));
        Add("fleets", Names(before.Fleets), Names(after.Fleets));
        Add("connection", before.Connection ?? "none", after.Connection ?? "none");
        Add("reminder", Text(before.Reminder), Text(after.Reminder));
        Add("persistent", before.IsPersistent ? "yes" : "no", after.IsPersistent ? "yes" : "no");
        return changes;

        void Add(string what, string from, string to)
        {
            if (from != to) changes.Add($"{what} {from} → {to}");
        }

        static string Text(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###} s");
        static string Names(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);
    }

    private static void Check(MonitorSettings settings)
    {
        if (settings.Port is < 1 or > HighestPort) throw new DevOpsException("PortInvalid", FailureKind.InvalidInput, $"{settings.Port} is not a port. Expected 1 to {HighestPort}.", "Choose another port with -Port.", settings.Port);
        if (!IPAddress.TryParse(settings.ListenAddress, out _))
        {
            throw new DevOpsException(
                "AddressNotUsable",
                FailureKind.InvalidInput,
                $"'{settings.ListenAddress}' is not an IP address.",
                "Give -ListenAddress an address of this machine: 127.0.0.1 for this machine only, 0.0.0.0 or :: for everybody.",
                settings.ListenAddress);
        }

        HeartbeatIntervals.Check(settings.Interval);
        if (settings.Reminder != TimeSpan.Zero && settings.Reminder < ShortestReminder)
        {
            throw new DevOpsException(
                "ReminderInvalid",
                FailureKind.InvalidInput,
                string.Create(CultureInfo.InvariantCulture, $"An incident cannot be told again every {settings.Reminder.TotalSeconds:0.###} s."),
                "Give a time from 1m on, or 0 for no reminders.",
                settings.Reminder);
        }
    }
}
