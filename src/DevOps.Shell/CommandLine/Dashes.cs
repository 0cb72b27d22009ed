namespace DevOps.Shell.CommandLine;

/// <summary>What PowerShell takes for a dash: people paste arguments from documents that have typographic ones.</summary>
internal static class Dashes
{
    /// <summary>Whether a text begins with a dash.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it does.</returns>
    public static bool StartsWithDash(string text) => text.Length > 0 && text[0] is '-' or '\u2013' or '\u2014' or '\u2015';
}
