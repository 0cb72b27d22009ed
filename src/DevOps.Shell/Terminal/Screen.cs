using System.Management.Automation;
using System.Management.Automation.Internal;

namespace DevOps.Shell.Terminal;

/// <summary>
/// The process's standard output and error: every writer goes through here, so that text and progress never meet on a
/// line, and so that a stream which is no terminal gets plain text.
/// </summary>
internal sealed class Screen
{
    private readonly Lock _gate = new();
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly Func<int> _width;
    private int _column;
    private int _progressLines;

    /// <summary>Makes a screen.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="isOutputTerminal">Whether standard output is a terminal that understands escape sequences.</param>
    /// <param name="isErrorTerminal">Whether standard error is one.</param>
    /// <param name="width">Tells the terminal's width.</param>
    public Screen(TextWriter output, TextWriter error, bool isOutputTerminal, bool isErrorTerminal, Func<int> width)
    {
        _output = output;
        _error = error;
        _width = width;
        IsOutputTerminal = isOutputTerminal;
        IsErrorTerminal = isErrorTerminal;
    }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool IsOutputTerminal { get; }

    /// <summary>Whether standard error is a terminal.</summary>
    public bool IsErrorTerminal { get; }

    /// <summary>How text is dressed: PowerShell's $PSStyle.OutputRendering.</summary>
    public Func<OutputRendering> Rendering { get; set; } = () => OutputRendering.Host;

    /// <summary>The terminal's width in cells.</summary>
    public int Width => Math.Max(1, _width());

    /// <summary>The cell in which the next character will stand, from 0.</summary>
    public int Column
    {
        get
        {
            lock (_gate) return _column;
        }
    }

    /// <summary>Whether text on standard output may carry colours.</summary>
    public bool IsOutputStyled => IsStyled(IsOutputTerminal);

    /// <summary>Writes to standard output.</summary>
    /// <param name="text">The text.</param>
    public void Write(string text) => Write(_output, text, IsOutputTerminal);

    /// <summary>Writes to standard error.</summary>
    /// <param name="text">The text.</param>
    public void WriteError(string text) => Write(_error, text, IsErrorTerminal);

    /// <summary>Puts the progress lines below what was written, in place of the earlier ones.</summary>
    /// <param name="lines">The lines, none wider than the terminal. None takes the progress away.</param>
    public void ShowProgress(IReadOnlyList<string> lines)
    {
        lock (_gate)
        {
            // In the middle of a line somebody is about to type or to write the rest of it.
            if (_column != 0 && _progressLines == 0) return;
            _output.Write(EraseProgress() + string.Join('\n', lines));
            _output.Flush();
            _progressLines = lines.Count;
        }
    }

    /// <summary>Forgets where the cursor is, after another program has used the terminal.</summary>
    public void ForgetPosition()
    {
        lock (_gate) _column = 0;
    }

    private void Write(TextWriter writer, string text, bool isTerminal)
    {
        if (text.Length == 0) return;
        var shown = IsStyled(isTerminal) ? text : new StringDecorated(text).ToString(OutputRendering.PlainText);
        lock (_gate)
        {
            if (_progressLines > 0)
            {
                _output.Write(EraseProgress());
                _output.Flush();
                _progressLines = 0;
            }

            writer.Write(shown);
            writer.Flush();
            if (isTerminal) Advance(shown);
        }
    }

    private bool IsStyled(bool isTerminal) => Rendering() switch
    {
        OutputRendering.PlainText => false,
        OutputRendering.Ansi => true,
        _ => isTerminal,
    };

    private string EraseProgress() => _progressLines switch
    {
        0 => string.Empty,
        1 => "\r\u001b[J",
        _ => $"\r\u001b[{_progressLines - 1}A\u001b[J",
    };

    private void Advance(string text)
    {
        var lineStart = text.LastIndexOfAny(['\n', '\r']) + 1;
        var cells = TextCells.Count(text[lineStart..]);
        _column = ((lineStart > 0 ? 0 : _column) + cells) % Width;
    }
}
