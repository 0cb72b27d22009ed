using DevOps.Shell.Hosting;
using DevOps.Shell.Terminal;
using Microsoft.Extensions.Time.Testing;

namespace DevOps.Shell.Tests.Support;

/// <summary>The shell's user interface over text in memory.</summary>
internal sealed class FakeTerminal : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public FakeTerminal(string input = "", bool isTerminal = false, int width = 80, bool isNonInteractive = false)
    {
        Screen = new Screen(_output, _error, isTerminal, isTerminal, () => width);
        var typed = new Queue<ConsoleKeyInfo>(input.Select(ToKey));
        Reader = new LineReader(
            new StringReader(input),
            isTerminal ? new TerminalKeys(typed.Dequeue, isKey => IsControlCKey = isKey) : null,
            Screen);
        Progress = new ProgressDisplay(Screen, Time);
        Ui = new ShellUserInterface(Screen, Reader, Progress, isNonInteractive);
    }

    public FakeTimeProvider Time { get; } = new();

    public Screen Screen { get; }

    public LineReader Reader { get; }

    public ProgressDisplay Progress { get; }

    public ShellUserInterface Ui { get; }

    public bool IsControlCKey { get; private set; }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    /// <summary>Takes what was written since the last time.</summary>
    public string TakeOutput()
    {
        var text = Output;
        _output.GetStringBuilder().Clear();
        return text;
    }

    public void Dispose()
    {
        Progress.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private static ConsoleKeyInfo ToKey(char character) => character switch
    {
        '\n' => new ConsoleKeyInfo('\r', ConsoleKey.Enter, shift: false, alt: false, control: false),
        '\b' => new ConsoleKeyInfo('\b', ConsoleKey.Backspace, shift: false, alt: false, control: false),
        '\u0003' => new ConsoleKeyInfo('\u0003', ConsoleKey.C, shift: false, alt: false, control: true),
        '\u0004' => new ConsoleKeyInfo('\u0004', ConsoleKey.D, shift: false, alt: false, control: true),
        '\u0015' => new ConsoleKeyInfo('\u0015', ConsoleKey.U, shift: false, alt: false, control: true),
        _ => new ConsoleKeyInfo(character, default, shift: false, alt: false, control: false),
    };
}
