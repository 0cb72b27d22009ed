using DevOps.Shell.Terminal;
using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Terminal;

public sealed class LineReaderTests
{
    [Fact]
    public void Lines_of_a_file_are_read_to_its_end()
    {
        using var terminal = new FakeTerminal("one\n\nlast");

        Assert.Equal(
            [new InputLine("one", LineEnd.Entered), new InputLine("", LineEnd.Entered), new InputLine("last", LineEnd.Entered), new InputLine("", LineEnd.EndOfInput)],
            Enumerable.Range(0, 4).Select(_ => terminal.Reader.Read("")));
    }

    [Fact]
    public void What_is_typed_is_shown()
    {
        using var terminal = new FakeTerminal("itrust\n", isTerminal: true);

        Assert.Equal("itrust", terminal.Reader.Read("Fleet: ").Text);
        Assert.Equal("Fleet: itrust\n", terminal.Output);
    }

    [Fact]
    public void A_mask_is_shown_in_place_of_a_secret()
    {
        using var terminal = new FakeTerminal("geheim\n", isTerminal: true);

        Assert.Equal("geheim", terminal.Reader.Read("Token: ", '*').Text);
        Assert.Equal("Token: ******\n", terminal.Output);
    }

    [Fact]
    public void Backspace_takes_a_character_back_and_stops_at_the_beginning()
    {
        using var terminal = new FakeTerminal("ab\b\b\bc\n", isTerminal: true);

        Assert.Equal("c", terminal.Reader.Read("> ").Text);
        Assert.Equal("> ab\b \b\b \bc\n", terminal.Output);
    }

    [Fact]
    public void Backspace_takes_a_wide_character_back_whole()
    {
        using var terminal = new FakeTerminal("🚀\b\n", isTerminal: true);

        Assert.Equal("", terminal.Reader.Read("> ").Text);
        Assert.Equal("> 🚀\b \b\b \b\n", terminal.Output);
    }

    [Fact]
    public void Backspace_at_the_left_edge_goes_to_the_line_above()
    {
        using var terminal = new FakeTerminal("12345678\b\n", isTerminal: true, width: 10);

        Assert.Equal("1234567", terminal.Reader.Read("> ").Text);
        Assert.Equal("> 12345678\u001b[A\u001b[10C \u001b[10C\n", terminal.Output);
    }

    [Fact]
    public void Ctrl_U_clears_the_line()
    {
        using var terminal = new FakeTerminal("wrong\u0015right\n", isTerminal: true);

        Assert.Equal("right", terminal.Reader.Read("> ").Text);
    }

    [Fact]
    public void Ctrl_C_interrupts() => Assert.Equal(LineEnd.Interrupted, ReadTyped("abc\u0003").End);

    [Fact]
    public void Ctrl_D_ends_the_input_on_an_empty_line() => Assert.Equal(LineEnd.EndOfInput, ReadTyped("\u0004").End);

    [Fact]
    public void Ctrl_D_within_a_line_does_nothing() => Assert.Equal(new InputLine("ab", LineEnd.Entered), ReadTyped("a\u0004b\n"));

    [Fact]
    public void Ctrl_C_is_a_key_before_the_question_is_seen_and_a_signal_after_the_answer()
    {
        var keysWhileAsking = new List<bool>();
        var isKey = false;
        using var output = new StringWriter();
        var screen = new Screen(output, output, isOutputTerminal: true, isErrorTerminal: true, () =>
        {
            keysWhileAsking.Add(isKey);
            return 80;
        });
        var reader = new LineReader(
            TextReader.Null,
            new TerminalKeys(() => new ConsoleKeyInfo('\r', ConsoleKey.Enter, shift: false, alt: false, control: false), value => isKey = value),
            screen);

        reader.Read("Continue? ");

        Assert.NotEmpty(keysWhileAsking);
        Assert.All(keysWhileAsking, Assert.True);
        Assert.False(isKey);
    }

    private static InputLine ReadTyped(string keys)
    {
        using var terminal = new FakeTerminal(keys, isTerminal: true);
        return terminal.Reader.Read("> ");
    }
}
