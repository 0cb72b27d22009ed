using System.Globalization;
using System.Text;

namespace DevOps.Shell.Terminal;

/// <summary>How many cells of a terminal a text takes.</summary>
internal static class TextCells
{
    private const char Escape = '\u001b';

    // Blocks whose characters take two cells (Unicode's East Asian Width W and F, and the emoji planes).
    private static readonly (int First, int Last)[] s_wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF),
        (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F),
        (0x1F680, 0x1F6FF), (0x1F900, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The cells of a text, escape sequences not counted.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The number of cells.</returns>
    public static int Count(string text)
    {
        var cells = 0;
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == Escape)
            {
                i = SkipSequence(text, i);
                continue;
            }

            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                // Half a surrogate pair: terminals show one replacement character.
                cells++;
                i++;
                continue;
            }

            cells += Count(rune);
            i += rune.Utf16SequenceLength;
        }

        return cells;
    }

    /// <summary>The cells of a character.</summary>
    /// <param name="rune">The character.</param>
    /// <returns>0, 1 or 2.</returns>
    public static int Count(Rune rune)
    {
        if (rune.Value < 0x20 || rune.Value == 0x7F) return 0;
        if (rune.Value < 0x300) return 1;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
            _ => Array.Exists(s_wide, block => rune.Value >= block.First && rune.Value <= block.Last) ? 2 : 1,
        };
    }

    /// <summary>Shortens a plain text to a width; a shortened one ends in an ellipsis.</summary>
    /// <param name="text">The text, without escape sequences.</param>
    /// <param name="width">The most cells that it may take.</param>
    /// <returns>The text or its beginning.</returns>
    public static string Shorten(string text, int width)
    {
        if (Count(text) <= width) return text;
        var result = new StringBuilder();
        var cells = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            cells += Count(rune);
            if (cells > width - 1) break;
            result.Append(rune.ToString());
        }

        return width > 0 ? result.Append('…').ToString() : string.Empty;
    }

    private static int SkipSequence(string text, int start)
    {
        var i = start + 1;
        if (i >= text.Length) return i;
        if (text[i] == ']')
        {
            // An operating system command (a title, a link) ends with BEL or with ESC \.
            while (i < text.Length && text[i] != '\a' && text[i] != Escape) i++;
            return i < text.Length && text[i] == Escape ? Math.Min(i + 2, text.Length) : Math.Min(i + 1, text.Length);
        }

        if (text[i] != '[') return i + 1;
        i++;
        while (i < text.Length && text[i] is < '@' or > '~') i++;
        return Math.Min(i + 1, text.Length);
    }
}
