using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using DevOps.Shell.Terminal;

namespace DevOps.Shell.Hosting;

/// <summary>Writes what the engine has to say, dressed as PowerShell dresses it.</summary>
internal sealed partial class ShellUserInterface : PSHostUserInterface
{
    private readonly Screen _screen;
    private readonly LineReader _reader;
    private readonly ProgressDisplay _progress;
    private readonly ShellRawUserInterface _raw;

    /// <summary>Makes a user interface.</summary>
    /// <param name="screen">Where it writes.</param>
    /// <param name="reader">Where it reads.</param>
    /// <param name="progress">Where it shows progress.</param>
    /// <param name="isNonInteractive">Whether a question fails instead of being asked.</param>
    public ShellUserInterface(Screen screen, LineReader reader, ProgressDisplay progress, bool isNonInteractive)
    {
        _screen = screen;
        _reader = reader;
        _progress = progress;
        _isNonInteractive = isNonInteractive;
        _raw = new ShellRawUserInterface(screen, reader, EnsureInteractive);
    }

    /// <summary>Whether everything written belongs on standard error: an uncaught error is being rendered.</summary>
    public bool IsWritingError { get; set; }

    /// <inheritdoc/>
    public override PSHostRawUserInterface RawUI => _raw;

    // The engine asks before it dresses its tables and errors; the screen undresses what goes into a file.
    /// <inheritdoc/>
    public override bool SupportsVirtualTerminal => true;

    /// <inheritdoc/>
    public override void Write(string value) => WriteText(value ?? string.Empty);

    /// <inheritdoc/>
    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        WriteText(AnsiColors.Paint(value ?? string.Empty, foregroundColor, backgroundColor));

    /// <inheritdoc/>
    public override void WriteLine() => WriteText("\n");

    /// <inheritdoc/>
    public override void WriteLine(string value) => WriteText((value ?? string.Empty) + "\n");

    /// <inheritdoc/>
    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        WriteText(AnsiColors.Paint(value ?? string.Empty, foregroundColor, backgroundColor) + "\n");

    /// <inheritdoc/>
    public override void WriteErrorLine(string value)
    {
        if (!string.IsNullOrEmpty(value)) _screen.WriteError(value + "\n");
    }

    /// <inheritdoc/>
    public override void WriteDebugLine(string message) => WriteStyled(FormatStyle.Debug, "DEBUG", message);

    /// <inheritdoc/>
    public override void WriteVerboseLine(string message) => WriteStyled(FormatStyle.Verbose, "VERBOSE", message);

    /// <inheritdoc/>
    public override void WriteWarningLine(string message) => WriteStyled(FormatStyle.Warning, "WARNING", message);

    /// <inheritdoc/>
    public override void WriteInformation(InformationRecord record)
    {
        // What is meant for the host reaches Write on its own, as in PowerShell; the stream itself is not shown.
    }

    /// <inheritdoc/>
    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (_screen.IsOutputTerminal && record is not null) _progress.Update(sourceId, record);
    }

    /// <summary>Takes the progress away: the pipeline that reported it has ended.</summary>
    public void EndProgress() => _progress.Clear();

    /// <summary>Another program is about to use the terminal.</summary>
    public void YieldTerminal() => _progress.Clear();

    /// <summary>The other program has ended.</summary>
    public void RetakeTerminal() => _screen.ForgetPosition();

    private void WriteText(string text)
    {
        if (!IsWritingError) _screen.Write(text);
        // The engine puts an empty line after an object that is not marked as an error.
        else if (text != "\n") _screen.WriteError(text);
    }

    private void WriteStyled(FormatStyle style, string label, string message) =>
        WriteText(string.Create(CultureInfo.InvariantCulture, $"{GetFormatStyleString(style)}{label}: {message}{GetFormatStyleString(FormatStyle.Reset)}\n"));
}
