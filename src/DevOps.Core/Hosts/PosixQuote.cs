namespace DevOps.Core.Hosts;

/// <summary>The one place where text is made safe to stand in a POSIX shell's command line.</summary>
public static class PosixQuote
{
    /// <summary>Quotes a text so that a POSIX shell takes it as one word, unchanged.</summary>
    /// <param name="value">Any text without a NUL character, which no program argument can hold.</param>
    /// <returns>The text in single quotes.</returns>
    /// <exception cref="ArgumentException">The text holds a NUL character.</exception>
    public static string Quote(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal)) throw new ArgumentException("A program argument cannot hold a NUL character.", nameof(value));
        // Inside single quotes everything is literal but the quote itself: end, escaped quote, begin again.
        return $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}
