namespace DevOps.Shell.Terminal;

/// <summary>Makes the screen and the reader of this process.</summary>
internal static class ProcessTerminal
{
    // Wide enough for a table of five columns in a log; PowerShell's own error view falls back to it as well.
    private const int WidthWithoutTerminal = 120;

    /// <summary>Makes the screen over standard output and error.</summary>
    /// <returns>The screen.</returns>
    public static Screen OpenScreen()
    {
        // A terminal called dumb understands no escape sequences: to it we write as to a file.
        var isDumb = string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        return new Screen(
            Console.Out,
            Console.Error,
            !Console.IsOutputRedirected && !isDumb,
            !Console.IsErrorRedirected && !isDumb,
            () => Console.IsOutputRedirected ? WidthWithoutTerminal : Console.WindowWidth);
    }

    /// <summary>Makes the reader over standard input.</summary>
    /// <param name="screen">Where what is typed is shown.</param>
    /// <returns>The reader.</returns>
    public static LineReader OpenReader(Screen screen) => new(
        Console.In,
        Console.IsInputRedirected ? null : new TerminalKeys(() => Console.ReadKey(intercept: true), isKey => Console.TreatControlCAsInput = isKey),
        screen);
}
