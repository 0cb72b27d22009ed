using System.Globalization;
using System.Text;

namespace DevOps.Core.Servers;

/// <summary>
/// Writes texts into unit files so that systemd reads exactly them: between double quotes, with C-style escapes, with
/// <c>%</c> doubled (else a specifier) and, among the arguments of a command, <c>$</c> doubled (else a variable). See
/// systemd.syntax(7), "Quoting", systemd.unit(5), "Specifiers", and systemd.service(5), "Command lines".
/// </summary>
internal static class SystemdQuote
{
    /// <summary>A program's path, the first word of a command line. Variables are not looked for in it.</summary>
    /// <param name="path">The full path.</param>
    /// <returns>The quoted path.</returns>
    public static string Program(string path) => Quote(path, hasVariables: false);

    /// <summary>An argument of a command line.</summary>
    /// <param name="argument">The argument, which may be empty.</param>
    /// <returns>The quoted argument.</returns>
    public static string Argument(string argument) => Quote(argument, hasVariables: true);

    /// <summary>A word of any other setting, such as a path or <c>NAME=value</c>.</summary>
    /// <param name="word">The word.</param>
    /// <returns>The quoted word.</returns>
    public static string Word(string word) => Quote(word, hasVariables: false);

    /// <summary>A text that takes up the rest of its line, such as a description or the file behind <c>append:</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text with specifiers made harmless.</returns>
    /// <exception cref="DevOpsException"><c>UnitTextInvalid</c>: it has a line break or another control character.</exception>
    public static string Line(string text)
    {
        // Where nothing is unquoted there are no escapes: a line break would begin another setting.
        if (text.Any(char.IsControl) || text.EndsWith('\\'))
        {
            throw new DevOpsException(
                "UnitTextInvalid",
                FailureKind.InvalidInput,
                $"'{text}' cannot stand in a systemd unit: it has a control character, or ends with a backslash.",
                "Choose a path without such characters.",
                text);
        }

        return text.Replace("%", "%%", StringComparison.Ordinal);
    }

    private static string Quote(string text, bool hasVariables)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (var character in text)
        {
            switch (character)
            {
                case '"' or '\\':
                    quoted.Append('\\').Append(character);
                    break;
                case '%':
                    quoted.Append("%%");
                    break;
                case '$' when hasVariables:
                    quoted.Append("$$");
                    break;
                case '\n':
                    quoted.Append("\\n");
                    break;
                case var control when char.IsControl(control) && control <= '\u007f':
                    quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)control:x2}");
                    break;
                default:
                    quoted.Append(character);
                    break;
            }
        }

        return quoted.Append('"').ToString();
    }
}
