using System.Globalization;
using System.Text;

namespace DevOps.Core.Alerts;

/// <summary>Makes one short line of what others said: of receivers' answers, commands' output and names from outside.</summary>
internal static class OneLine
{
    private const char Blank = ' ';

    /// <summary>Joins lines, drops what would steer a terminal, and cuts what is too long.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">How many characters may remain.</param>
    /// <returns>The line.</returns>
    public static string Of(string text, int longest)
    {
        var line = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var character in text)
        {
            var isBlank = char.IsWhiteSpace(character) || char.IsControl(character);
            // Invisible marks turn the direction of what follows, or pass one word for another.
            if (!isBlank && char.GetUnicodeCategory(character) is UnicodeCategory.Format) continue;
            if (isBlank && (line.Length == 0 || line[^1] == Blank)) continue;
            if (line.Length == longest) return line.ToString(0, CutLength(line)) + "…";
            line.Append(isBlank ? Blank : character);
        }

        return line.ToString().TrimEnd();
    }

    // Half of a pair is no character: JSON and terminals would show a replacement.
    private static int CutLength(StringBuilder line) => char.IsHighSurrogate(line[^2]) ? line.Length - 2 : line.Length - 1;
}
