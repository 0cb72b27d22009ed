using System.Text;

namespace DevOps.Shell.Terminal;

/// <summary>How reading a line ended.</summary>
internal enum LineEnd
{
    /// <summary>With the Enter key or a line end.</summary>
    Entered,

    /// <summary>With Ctrl+C.</summary>
    Interrupted,

    /// <summary>There is nothing more to read.</summary>
    EndOfInput,
}

/// <summary>A line that was read.</summary>
/// <param name="Text">The text; empty when there is none.</param>
/// <param name="End">How reading ended.</param>
internal readonly record struct InputLine(string Text, LineEnd End);

/// <summary>The keys of a terminal.</summary>
/// <param name="Read">Waits for a key and does not show it.</param>
/// <param name="TakeControlC">Says whether Ctrl+C is a key (somebody types) or a signal to the running pipeline.</param>
internal sealed record TerminalKeys(Func<ConsoleKeyInfo> Read, Action<bool> TakeControlC);

/// <summary>
/// Reads lines: key by key from a terminal, so that Ctrl+C ends the line and a password can be kept off the screen, and
/// plainly from anything else.
/// </summary>
internal sealed class LineReader
{
    private readonly TextReader _input;
    private readonly TerminalKeys? _keys;
    private readonly Screen _screen;

    /// <summary>Makes a reader.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="keys">The terminal's keys, when standard input is a terminal.</param>
    /// <param name="screen">Where what is typed is shown.</param>
    public LineReader(TextReader input, TerminalKeys? keys, Screen screen)
    {
        _input = input;
        _keys = keys;
        _screen = screen;
    }

    /// <summary>Whether a person types.</summary>
    public bool IsTerminal => _keys is not null;

    /// <summary>Asks for a line and reads it.</summary>
    /// <param name="question">What is written before it.</param>
    /// <param name="mask">What is shown in place of each character; <see langword="null"/> shows it as it is.</param>
    /// <returns>The line.</returns>
    public InputLine Read(string question, char? mask = null)
    {
        if (_keys is not null)
        {
            // First this, then the question: who answers a question with Ctrl+C at once must not be a signal.
            _keys.TakeControlC(true);
            try
            {
                _screen.Write(question);
                return ReadKeys(_keys.Read, mask);
            }
            finally
            {
                _keys.TakeControlC(false);
            }
        }

        _screen.Write(question);
        var text = _input.ReadLine();
        return text is null ? new InputLine(string.Empty, LineEnd.EndOfInput) : new InputLine(text, LineEnd.Entered);
    }

    private InputLine ReadKeys(Func<ConsoleKeyInfo> readKey, char? mask)
    {
        var typed = new StringBuilder();
        var start = _screen.Column;
        while (true)
        {
            var key = readKey();
            var isControl = key.Modifiers.HasFlag(ConsoleModifiers.Control);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    _screen.Write("\n");
                    return new InputLine(typed.ToString(), LineEnd.Entered);
                case ConsoleKey.C when isControl:
                    _screen.Write("\n");
                    return new InputLine(string.Empty, LineEnd.Interrupted);
                case ConsoleKey.D when isControl && typed.Length == 0:
                    _screen.Write("\n");
                    return new InputLine(string.Empty, LineEnd.EndOfInput);
                case ConsoleKey.U when isControl:
                    while (typed.Length > 0) Erase(typed, start, mask);
                    break;
                case ConsoleKey.Backspace:
                    if (typed.Length > 0) Erase(typed, start, mask);
                    break;
                default:
                    if (key.KeyChar == '\0' || char.IsControl(key.KeyChar)) break;
                    typed.Append(key.KeyChar);
                    // Half a surrogate pair waits for its other half.
                    if (!char.IsHighSurrogate(key.KeyChar)) _screen.Write(Shown(LastCharacter(typed), mask));
                    break;
            }
        }
    }

    private void Erase(StringBuilder typed, int start, char? mask)
    {
        var last = LastCharacter(typed);
        typed.Length -= last.Length;
        var cells = TextCells.Count(Shown(last, mask));
        for (var cell = 0; cell < cells; cell++)
        {
            var width = _screen.Width;
            var end = (start + TextCells.Count(mask is null ? typed.ToString() : new string(mask.Value, typed.Length)) + cells - cell) % width;
            // A terminal's backspace stops at the left edge: there, go to the end of the line above.
            _screen.Write(end == 0 ? $"\u001b[A\u001b[{width}C \u001b[{width}C" : "\b \b");
        }
    }

    private static string Shown(string character, char? mask) => mask is null ? character : mask.Value.ToString();

    private static string LastCharacter(StringBuilder text) =>
        text.Length > 1 && char.IsLowSurrogate(text[^1]) && char.IsHighSurrogate(text[^2])
            ? text.ToString(text.Length - 2, 2)
            : text[^1].ToString();
}
