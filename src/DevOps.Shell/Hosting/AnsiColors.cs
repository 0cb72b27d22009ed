namespace DevOps.Shell.Hosting;

/// <summary>The console's sixteen colours as escape sequences.</summary>
internal static class AnsiColors
{
    /// <summary>The colour that the terminal has by itself; PowerShell says it the same way outside Windows.</summary>
    public const ConsoleColor Unset = (ConsoleColor)(-1);

    // The console numbers blue, green, red; terminals number red, green, blue.
    private static readonly int[] s_order = [0, 4, 2, 6, 1, 5, 3, 7];

    /// <summary>Puts colours on a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="foreground">The colour of its characters.</param>
    /// <param name="background">The colour behind them.</param>
    /// <returns>The text between escape sequences.</returns>
    public static string Paint(string text, ConsoleColor foreground, ConsoleColor background)
    {
        var start = Sequence(foreground, 30) + Sequence(background, 40);
        return text.Length == 0 || start.Length == 0 ? text : $"{start}{text}\u001b[0m";
    }

    private static string Sequence(ConsoleColor color, int normal)
    {
        if (!Enum.IsDefined(color)) return string.Empty;
        var number = (int)color;
        return $"\u001b[{(number >= 8 ? normal + 60 : normal) + s_order[number % 8]}m";
    }
}
