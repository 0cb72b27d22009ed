using System.Management.Automation;
using System.Management.Automation.Host;
using System.Text;
using DevOps.Shell.Terminal;

namespace DevOps.Shell.Hosting;

/// <summary>The terminal as scripts see it through <c>$Host.UI.RawUI</c>.</summary>
internal sealed class ShellRawUserInterface : PSHostRawUserInterface
{
    // Formatting needs some height for pages; a log has none.
    private const int HeightWithoutTerminal = 25;

    private readonly Screen _screen;
    private readonly LineReader _reader;
    private readonly Action<string> _ensureInteractive;
    private string _title = string.Empty;

    /// <summary>Makes it.</summary>
    /// <param name="screen">Where is written.</param>
    /// <param name="reader">Where is read.</param>
    /// <param name="ensureInteractive">Throws when nobody may be asked; takes what would be asked.</param>
    public ShellRawUserInterface(Screen screen, LineReader reader, Action<string> ensureInteractive)
    {
        _screen = screen;
        _reader = reader;
        _ensureInteractive = ensureInteractive;
    }

    /// <inheritdoc/>
    public override ConsoleColor ForegroundColor { get; set; } = AnsiColors.Unset;

    /// <inheritdoc/>
    public override ConsoleColor BackgroundColor { get; set; } = AnsiColors.Unset;

    /// <inheritdoc/>
    public override Size BufferSize
    {
        get => WindowSize;
        set => throw Unsupported("set the buffer size");
    }

    /// <inheritdoc/>
    public override Size WindowSize
    {
        get => new(_screen.Width, _screen.IsOutputTerminal ? Console.WindowHeight : HeightWithoutTerminal);
        set => throw Unsupported("set the window size");
    }

    /// <inheritdoc/>
    public override Size MaxWindowSize => WindowSize;

    /// <inheritdoc/>
    public override Size MaxPhysicalWindowSize => WindowSize;

    /// <inheritdoc/>
    public override Coordinates WindowPosition
    {
        get => new(0, 0);
        set => throw Unsupported("move the window");
    }

    /// <inheritdoc/>
    public override Coordinates CursorPosition
    {
        get
        {
            if (!_screen.IsOutputTerminal || !_reader.IsTerminal) return new Coordinates(_screen.Column, 0);
            var (left, top) = Console.GetCursorPosition();
            return new Coordinates(left, top);
        }

        set
        {
            if (_screen.IsOutputTerminal) _screen.Write($"\u001b[{value.Y + 1};{value.X + 1}H");
        }
    }

    /// <inheritdoc/>
    public override int CursorSize { get; set; } = 100;

    /// <inheritdoc/>
    public override bool KeyAvailable => _reader.IsTerminal && Console.KeyAvailable;

    /// <inheritdoc/>
    public override string WindowTitle
    {
        get => _title;
        set
        {
            _title = value ?? string.Empty;
            if (_screen.IsOutputTerminal) _screen.Write($"\u001b]0;{_title}\a");
        }
    }

    /// <inheritdoc/>
    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        _ensureInteractive("for a key");
        if (!_reader.IsTerminal) throw new PSInvalidOperationException("Cannot read a key: standard input is not a terminal.");
        var key = Console.ReadKey(options.HasFlag(ReadKeyOptions.NoEcho));
        return new KeyInfo((int)key.Key, key.KeyChar, ToControlKeys(key.Modifiers), keyDown: true);
    }

    /// <inheritdoc/>
    public override void FlushInputBuffer()
    {
        while (KeyAvailable) Console.ReadKey(intercept: true);
    }

    /// <inheritdoc/>
    public override int LengthInBufferCells(string source) => TextCells.Count(source);

    /// <inheritdoc/>
    public override int LengthInBufferCells(string source, int offset) => TextCells.Count(source[offset..]);

    /// <inheritdoc/>
    public override int LengthInBufferCells(char source) => Rune.TryCreate(source, out var rune) ? TextCells.Count(rune) : 1;

    /// <inheritdoc/>
    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw Unsupported("read what a terminal shows");

    /// <inheritdoc/>
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // This is how a clear of the whole screen is asked for; a terminal cannot fill parts of itself.
        if (rectangle is not { Left: -1, Top: -1, Right: -1, Bottom: -1 }) throw Unsupported("fill a part of a terminal");
        if (_screen.IsOutputTerminal) _screen.Write("\u001b[H\u001b[2J\u001b[3J");
    }

    /// <inheritdoc/>
    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw Unsupported("write cells into a terminal");

    /// <inheritdoc/>
    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        throw Unsupported("scroll a part of a terminal");

    private static PSNotSupportedException Unsupported(string what) => new($"The bundled shell cannot {what}.");

    private static ControlKeyStates ToControlKeys(ConsoleModifiers modifiers)
    {
        var result = default(ControlKeyStates);
        if (modifiers.HasFlag(ConsoleModifiers.Control)) result |= ControlKeyStates.LeftCtrlPressed;
        if (modifiers.HasFlag(ConsoleModifiers.Alt)) result |= ControlKeyStates.LeftAltPressed;
        if (modifiers.HasFlag(ConsoleModifiers.Shift)) result |= ControlKeyStates.ShiftPressed;
        return result;
    }
}
