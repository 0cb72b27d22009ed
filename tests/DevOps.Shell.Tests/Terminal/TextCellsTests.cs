using DevOps.Shell.Terminal;

namespace DevOps.Shell.Tests.Terminal;

public sealed class TextCellsTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("itrust", 6)]
    [InlineData("Größe", 5)]
    [InlineData("日本", 4)]
    [InlineData("🚀", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("\u001b[31;1mred\u001b[0m", 3)]
    [InlineData("\u001b]8;;https://example.org\u001b\\link\u001b]8;;\u001b\\", 4)]
    [InlineData("\u001b]0;title\atext", 4)]
    [InlineData("\u001b", 0)]
    [InlineData("\u001b[", 0)]
    public void Only_what_is_visible_takes_cells(string text, int cells) => Assert.Equal(cells, TextCells.Count(text));

    [Theory]
    [InlineData("itrust", 6, "itrust")]
    [InlineData("itrust", 5, "itru…")]
    [InlineData("日本語", 4, "日…")]
    [InlineData("itrust", 0, "")]
    public void A_text_that_is_too_wide_ends_in_an_ellipsis(string text, int width, string expected) =>
        Assert.Equal(expected, TextCells.Shorten(text, width));
}
