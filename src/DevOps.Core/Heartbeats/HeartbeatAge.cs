using System.Globalization;

namespace DevOps.Core.Heartbeats;

/// <summary>Says in a few characters how long something takes or has been so.</summary>
internal static class HeartbeatAge
{
    private const string Moment = "yyyy-MM-dd HH:mm:ss";

    /// <summary>Says an age, rounded down.</summary>
    /// <param name="age">The age. Less than nothing is nothing.</param>
    /// <returns>Such as <c>12 s</c>, <c>3 min</c>, <c>26 h</c>, <c>5 d</c>.</returns>
    public static string Of(TimeSpan age) => age switch
    {
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, Math.Floor(age.TotalSeconds)):0} s"),
        { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(age.TotalMinutes):0} min"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(age.TotalHours):0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(age.TotalDays):0} d"),
    };

    /// <summary>Says a period exactly, in its largest whole unit.</summary>
    /// <param name="period">The period.</param>
    /// <returns>Such as <c>1 d</c>, <c>90 min</c>, <c>1.5 s</c>.</returns>
    public static string Exactly(TimeSpan period)
    {
        (long Ticks, string Unit)[] units = [(TimeSpan.TicksPerDay, "d"), (TimeSpan.TicksPerHour, "h"), (TimeSpan.TicksPerMinute, "min")];
        foreach (var (ticks, unit) in units)
        {
            if (period.Ticks % ticks == 0) return string.Create(CultureInfo.InvariantCulture, $"{period.Ticks / ticks} {unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{period.TotalSeconds:0.###} s");
    }

    /// <summary>Says a moment.</summary>
    /// <param name="moment">The moment.</param>
    /// <returns>Such as <c>2026-05-01 12:00:00 UTC</c>.</returns>
    public static string At(DateTimeOffset moment) => moment.UtcDateTime.ToString(Moment, CultureInfo.InvariantCulture) + " UTC";
}
