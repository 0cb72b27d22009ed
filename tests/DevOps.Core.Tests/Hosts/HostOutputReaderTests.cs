using System.Text;
using DevOps.Core.Hosts;

namespace DevOps.Core.Tests.Hosts;

[Trait("Category", "Slow")]
public sealed class HostOutputReaderTests
{
    private readonly List<string> _lines = [];

    [Fact]
    public async Task Each_line_is_told_as_it_was_written()
    {
        await ReadAsync("one\r\n\ntwo\nthe last one has no end");
        Assert.Equal(["one", string.Empty, "two", "the last one has no end"], _lines);
    }

    [Fact]
    public async Task A_line_that_does_not_end_is_told_in_parts_and_nothing_of_it_is_lost()
    {
        var line = new string('x', (5 * HostOutputReader.LongestLine) + 7);
        await ReadAsync($"before\n{line}\nafter\n");
        Assert.All(_lines, part => Assert.InRange(part.Length, 1, HostOutputReader.LongestLine));
        Assert.Equal("before" + line + "after", string.Concat(_lines));
        Assert.Equal(8, _lines.Count);
    }

    [Fact]
    public async Task A_part_never_ends_within_a_character()
    {
        var line = new string('x', HostOutputReader.LongestLine - 1) + "😀" + new string('x', HostOutputReader.LongestLine);
        await ReadAsync(line);
        Assert.Equal(line, string.Concat(_lines));
        Assert.StartsWith("😀", _lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_too_much_output_the_end_is_kept()
    {
        var reader = await ReadAsync(new string('x', 3 * HostSession.CapturedCharacters) + "the end");
        Assert.InRange(reader.Captured.Length, HostSession.CapturedCharacters, 2 * HostSession.CapturedCharacters);
        Assert.EndsWith("the end", reader.Captured, StringComparison.Ordinal);
    }

    private async Task<HostOutputReader> ReadAsync(string text)
    {
        var reader = new HostOutputReader(isError: false, line => _lines.Add(line.Text));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await reader.ReadToEndAsync(stream);
        return reader;
    }
}
