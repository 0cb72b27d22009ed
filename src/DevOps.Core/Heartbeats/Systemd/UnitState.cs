using System.Globalization;

namespace DevOps.Core.Heartbeats.Systemd;

/// <summary>What <c>systemctl show</c> tells of a unit (org.freedesktop.systemd1(5)).</summary>
/// <param name="Load">Whether its file could be loaded.</param>
/// <param name="Active">Whether it runs.</param>
/// <param name="Sub">What it does in detail.</param>
/// <param name="Result">How it ended last; nothing for kinds of units that do not end.</param>
/// <param name="ExitStatus">The exit code, or the signal's number, of its main process.</param>
/// <param name="Restarts">How often systemd has started it again by itself.</param>
/// <param name="Since">When it came to be in this state; nothing when it never was in another one.</param>
internal sealed record UnitState(string Load, string Active, string Sub, string? Result, int? ExitStatus, int Restarts, DateTimeOffset? Since)
{
    /// <summary>
    /// The code that asks, with the unit's name as its argument. Times are written in UTC: asking for them as numbers needs
    /// a newer systemd.
    /// </summary>
    public const string Code = """
        TZ=UTC LC_ALL=C systemctl show --no-pager --property=LoadState,ActiveState,SubState,Result,ExecMainStatus,NRestarts,StateChangeTimestamp -- "$1"
        """;

    private const string TimeFormat = "ddd yyyy-MM-dd HH:mm:ss 'UTC'";

    /// <summary>Reads the answer.</summary>
    /// <param name="output">What the code wrote.</param>
    /// <returns>The state; nothing when that was no answer.</returns>
    public static UnitState? Read(string output)
    {
        var lines = output.Split('\n', StringSplitOptions.TrimEntries).Select(line => line.Split('=', 2)).Where(line => line.Length == 2);
        var values = lines.GroupBy(line => line[0], StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last()[1], StringComparer.Ordinal);
        if (values.GetValueOrDefault("ActiveState") is not { Length: > 0 } active) return null;
        return new UnitState(
            values.GetValueOrDefault("LoadState", string.Empty),
            active,
            values.GetValueOrDefault("SubState", string.Empty),
            values.GetValueOrDefault("Result"),
            Number(values, "ExecMainStatus"),
            Number(values, "NRestarts") ?? 0,
            DateTimeOffset.TryParseExact(values.GetValueOrDefault("StateChangeTimestamp"), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) ? since : null);
    }

    /// <summary>Judges the unit.</summary>
    /// <param name="address">Which unit it is.</param>
    /// <returns>The result.</returns>
    public CheckResult Judge(SystemdAddress address)
    {
        var since = Since is { } moment ? $" since {HeartbeatAge.At(moment)}" : string.Empty;
        return (Load, Active) switch
        {
            ("not-found", not ("active" or "reloading")) => CheckResult.Down($"there is no unit {address.Unit} on {address.Droplet}", Load),
            (_, "active") => CheckResult.Up($"{Evidence}{since}"),
            (_, "activating" or "reloading" or "deactivating" or "refreshing" or "maintenance") => CheckResult.Degraded($"it is {Described}{since}{Ending(", after ")}", Evidence),
            (_, "failed") => CheckResult.Down($"it has failed{since}{Ending(": ")}", Evidence),
            ("masked", _) => CheckResult.Down($"it is masked, so that it cannot be started, and {Described}{since}", Evidence),
            ("error" or "bad-setting", _) => CheckResult.Down($"its unit file cannot be loaded ({Load}), and it is {Described}{since}", Evidence),
            // Without a time it was never started since the host was.
            _ => CheckResult.Down($"it is {Described}{since}{Ending(", after ")}{(Since is null ? ", and was not started" : string.Empty)}", Evidence),
        };
    }

    private string Described => Sub.Length > 0 && Sub != Active ? $"{Active} ({Sub})" : Active;

    private string Evidence => Restarts == 0 ? Described : string.Create(CultureInfo.InvariantCulture, $"{Described}, {Restarts} restart{(Restarts == 1 ? string.Empty : "s")}");

    // systemd.service(5), $SERVICE_RESULT.
    private string Ending(string before) => Result switch
    {
        null or "" or "success" => string.Empty,
        "exit-code" => string.Create(CultureInfo.InvariantCulture, $"{before}exit code {ExitStatus}"),
        "signal" => string.Create(CultureInfo.InvariantCulture, $"{before}signal {ExitStatus}"),
        "core-dump" => string.Create(CultureInfo.InvariantCulture, $"{before}signal {ExitStatus} with a core dump"),
        "timeout" => $"{before}a timeout",
        "watchdog" => $"{before}silence of its watchdog",
        "oom-kill" => $"{before}want of memory (oom-kill)",
        "start-limit-hit" => $"{before}too many starts in a short time (start-limit-hit)",
        _ => $"{before}{Result}",
    };

    private static int? Number(Dictionary<string, string> values, string name) =>
        int.TryParse(values.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
