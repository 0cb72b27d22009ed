namespace DevOps.Shell.CommandLine;

/// <summary>The text of -Help.</summary>
internal static class HelpText
{
    /// <summary>Reads the text.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="InvalidOperationException">It is missing from the assembly.</exception>
    public static string Read()
    {
        using var stream = typeof(HelpText).Assembly.GetManifestResourceStream("Help.txt")
            ?? throw new InvalidOperationException("The help is missing from the shell.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
