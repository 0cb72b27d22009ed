namespace DevOps.Cmdlets.Environments;

/// <summary>Finds where a PowerShell file's first statement begins.</summary>
internal static class LeadingText
{
    /// <summary>Skips white space and comments.</summary>
    /// <param name="text">The file's text.</param>
    /// <returns>The index of the first character that is neither; the text's length when there is none.</returns>
    public static int End(string text)
    {
        var position = 0;
        while (position < text.Length)
        {
            var rest = text.AsSpan(position);
            int length;
            if (char.IsWhiteSpace(rest[0]) || rest[0] == '\uFEFF') length = 1;
            else if (rest[0] == '#') length = rest.IndexOfAny('\r', '\n');
            else if (rest.StartsWith("<#")) length = rest.IndexOf("#>") + 2;
            else break;
            // A comment that never ends is the parser's to report.
            if (length <= 0 || (length == 1 && rest.StartsWith("<#"))) return text.Length;
            position += length;
        }

        return position;
    }
}
