using System.Globalization;
using System.Text;
using DevOps.Core.Hosts;
using DevOps.Core.Servers;

namespace DevOps.Core.Heartbeats;

/// <summary>
/// Writes and reads a file of <c>/etc/cron.d</c> with one line (crontab(5)). cron knows minutes: only what divides an hour
/// into equal parts, or a day into hours, comes at equal times.
/// </summary>
internal static class CronTable
{
    private const int MinutesOfHour = 60;
    private const int HoursOfDay = 24;
    private const string IntervalMark = "# Every ";
    private const string MinutesMark = " min";

    /// <summary>Writes the file.</summary>
    /// <param name="stateFolder">The installation's state folder.</param>
    /// <param name="interval">The time from run to run.</param>
    /// <param name="account">The account that it runs as.</param>
    /// <param name="command">The program's full path and its arguments.</param>
    /// <returns>The file's text.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatIntervalInvalid</c>, <c>UnitTextInvalid</c>.</exception>
    public static string Render(string stateFolder, TimeSpan interval, string account, IReadOnlyList<string> command) => new StringBuilder()
        .Append(OwnedFiles.OwnerLine(stateFolder)).Append('\n')
        .Append("# Written by the module DevOps: what is changed here by hand is lost.\n")
        .Append(CultureInfo.InvariantCulture, $"{IntervalMark}{interval.TotalMinutes:0}{MinutesMark}\n")
        .Append(CultureInfo.InvariantCulture, $"{Schedule(interval)} {account} {Command(stateFolder, command)}\n")
        .ToString();

    /// <summary>Reads the interval and the command of a file.</summary>
    /// <param name="text">The file's text.</param>
    /// <returns>Both.</returns>
    public static (TimeSpan Interval, string Command) Read(string text)
    {
        var lines = text.Split('\n');
        var mark = lines.FirstOrDefault(line => line.StartsWith(IntervalMark, StringComparison.Ordinal)) ?? string.Empty;
        var isRead = int.TryParse(mark.Replace(IntervalMark, string.Empty, StringComparison.Ordinal).Replace(MinutesMark, string.Empty, StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes);
        var entry = lines.FirstOrDefault(line => line.Length > 0 && line[0] != '#') ?? string.Empty;
        // Five fields of time, and the account.
        return (isRead ? TimeSpan.FromMinutes(minutes) : TimeSpan.Zero, entry.Split(' ', 7) is [.., var command] ? command : string.Empty);
    }

    private static string Schedule(TimeSpan interval)
    {
        var minutes = (int)interval.TotalMinutes;
        var isWhole = interval.Ticks % TimeSpan.TicksPerMinute == 0;
        if (isWhole && minutes is >= 1 and < MinutesOfHour && MinutesOfHour % minutes == 0) return minutes == 1 ? "* * * * *" : string.Create(CultureInfo.InvariantCulture, $"*/{minutes} * * * *");
        var hours = minutes / MinutesOfHour;
        if (isWhole && minutes % MinutesOfHour == 0 && hours is >= 1 and <= HoursOfDay && HoursOfDay % hours == 0)
        {
            return hours == HoursOfDay ? "0 0 * * *" : hours == 1 ? "0 * * * *" : string.Create(CultureInfo.InvariantCulture, $"0 */{hours} * * *");
        }

        throw new DevOpsException(
            "HeartbeatIntervalInvalid",
            FailureKind.InvalidInput,
            string.Create(CultureInfo.InvariantCulture, $"cron cannot run something every {interval.TotalSeconds:0.###} s at equal times."),
            "Give minutes that divide an hour, such as 1m, 5m or 15m, or hours that divide a day. A machine with systemd takes any interval.",
            interval);
    }

    // sh reads the line, and before it cron, for which % is a line break.
    private static string Command(string stateFolder, IReadOnlyList<string> command)
    {
        var words = ((string[])[$"DEVOPS_STATE={PosixQuote.Quote(stateFolder)}", .. command.Select(PosixQuote.Quote)]).Select(word => word.Replace("%", "\\%", StringComparison.Ordinal)).ToList();
        if (words.Any(word => word.Any(char.IsControl)))
        {
            throw new DevOpsException("UnitTextInvalid", FailureKind.InvalidInput, "A control character cannot stand in a line of cron's.", "Choose paths and names without such characters.");
        }

        return string.Join(' ', words);
    }
}
