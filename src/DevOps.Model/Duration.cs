using System.Globalization;

namespace DevOps.Model;

/// <summary>
/// Reads durations the way people write them: a bare number is seconds, and <c>250ms</c>, <c>1s</c>, <c>5m</c>,
/// <c>2h</c>, <c>1d</c> and the .NET form <c>00:01:30</c> are what they look like.
/// </summary>
public static class Duration
{
    /// <summary>What an error says about the accepted forms.</summary>
    public const string AcceptedForms = "a number of seconds, or a number with ms, s, m, h or d, such as 250ms, 1s, 5m or 2h";

    /// <summary>Reads a duration.</summary>
    /// <param name="text">The text, with or without a unit; white space around it is ignored.</param>
    /// <param name="duration">The duration, when the method returns <see langword="true"/>.</param>
    /// <returns>Whether the text is a duration. Negative and not finite numbers are not.</returns>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (string.IsNullOrWhiteSpace(text)) return false;
        text = text.Trim();
        if (text.Contains(':', StringComparison.Ordinal))
        {
            if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration) && duration >= TimeSpan.Zero) return true;
            duration = TimeSpan.Zero;
            return false;
        }

        var unitStart = text.Length;
        while (unitStart > 0 && char.IsAsciiLetter(text[unitStart - 1])) unitStart--;
        double? millisecondsPerUnit = text[unitStart..].ToUpperInvariant() switch
        {
            "" or "S" => 1_000,
            "MS" => 1,
            "M" => 60_000,
            "H" => 3_600_000,
            "D" => 86_400_000,
            _ => null,
        };
        return millisecondsPerUnit is { } factor
            && double.TryParse(text.AsSpan(0, unitStart), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && TryFromMilliseconds(number * factor, out duration);
    }

    /// <summary>Makes a duration of a number of seconds.</summary>
    /// <param name="seconds">Seconds, zero or more.</param>
    /// <param name="duration">The duration, when the method returns <see langword="true"/>.</param>
    /// <returns>Whether the number is finite, not negative, and fits a <see cref="TimeSpan"/>.</returns>
    public static bool TryFromSeconds(double seconds, out TimeSpan duration) => TryFromMilliseconds(seconds * 1_000, out duration);

    private static bool TryFromMilliseconds(double milliseconds, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (!double.IsFinite(milliseconds) || milliseconds < 0 || milliseconds > TimeSpan.MaxValue.TotalMilliseconds / 2) return false;
        duration = TimeSpan.FromTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond));
        return true;
    }
}
