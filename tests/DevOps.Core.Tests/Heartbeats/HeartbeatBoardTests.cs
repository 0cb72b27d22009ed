using DevOps.Core.Heartbeats;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

public sealed class HeartbeatBoardTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Each_target_has_a_line_with_a_word_and_a_shape()
    {
        var board = Board("web-1", "web-2", "web-3");
        board.Take(Beat("web-1", HeartbeatState.Up, milliseconds: 12.34, since: TimeSpan.FromMinutes(5)));
        board.Take(Beat("web-2", HeartbeatState.Down, cause: "the connection was refused", since: TimeSpan.FromSeconds(3)));
        Assert.Equal(
            [
                "12:30:00  3 targets: 1 up, 1 unknown, 1 down",
                "",
                "● up          web-1    12.3 ms █                      5 min",
                "✖ down        web-2            ×                        3 s  the connection was refused",
                "○ unknown     web-3",
            ],
            board.Render(120, 30, isColored: false, Now));
    }

    [Fact]
    public void The_release_that_an_instance_serves_has_a_column()
    {
        var board = Board("web-1", "web-2");
        board.Take(Beat("web-1", HeartbeatState.Maintenance, cause: "it is switched") with { Release = "r12" });
        var lines = board.Render(120, 30, isColored: false, Now);
        Assert.StartsWith("◇ maintenance web-1", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("r12  it is switched", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_is_coloured_and_its_text_stays()
    {
        var board = Board("web-1");
        board.Take(Beat("web-1", HeartbeatState.Down));
        var line = board.Render(120, 30, isColored: true, Now)[2];
        Assert.StartsWith("\u001b[31m✖ down       \u001b[0m web-1", line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_twenty_beats_are_drawn_by_the_longest_of_them()
    {
        var board = Board("web-1");
        for (var beat = 0; beat < 30; beat++) board.Take(Beat("web-1", HeartbeatState.Up, milliseconds: beat % 2 == 0 ? 100 : 50));
        board.Take(Beat("web-1", HeartbeatState.Down));
        Assert.Contains(" ▅█▅█▅█▅█▅█▅█▅█▅█▅█▅× ", board.Render(120, 30, isColored: false, Now)[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_not_room_for_all_those_that_are_not_up_come_first()
    {
        var board = Board([.. Enumerable.Range(1, 100).Select(number => $"web-{number}")]);
        for (var number = 1; number <= 100; number++) board.Take(Beat($"web-{number}", number == 77 ? HeartbeatState.Down : HeartbeatState.Up));
        var lines = board.Render(80, 12, isColored: false, Now);
        Assert.InRange(lines.Count, 5, 11);
        Assert.Equal("12:30:00  100 targets: 99 up, 1 down", lines[0]);
        Assert.StartsWith("✖ down        web-77", lines[2], StringComparison.Ordinal);
        Assert.Equal("… and 92 more", lines[^1]);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(80)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        var board = Board(new string('n', 64));
        board.Take(Beat(new string('n', 64), HeartbeatState.Down, cause: new string('界', 200)));
        Assert.All(board.Render(width, 30, isColored: false, Now), line => Assert.InRange(line.Length, 0, width));
        Assert.DoesNotContain(board.Render(200, 30, isColored: false, Now), line => line.Contains('界', StringComparison.Ordinal));
    }

    [Fact]
    public void Targets_of_one_name_in_two_groups_are_two()
    {
        var board = new HeartbeatBoard([HeartbeatBed.Target(new Uri("http://a/"), "web-1") with { Group = "one" }, HeartbeatBed.Target(new Uri("http://b/"), "web-1") with { Group = "two" }]);
        board.Take(Beat("web-1", HeartbeatState.Down) with { Group = "two", Uri = new Uri("http://b/") });
        Assert.Equal("12:30:00  2 targets: 1 unknown, 1 down", board.Render(80, 30, isColored: false, Now)[0]);
    }

    private static HeartbeatBoard Board(params string[] names) => new([.. names.Select(name => HeartbeatBed.Target(new Uri("http://a/"), name))]);

    private static Heartbeat Beat(string name, HeartbeatState state, double? milliseconds = null, string? cause = null, TimeSpan since = default) =>
        new(name, null, state, milliseconds is { } took ? TimeSpan.FromMilliseconds(took) : null, cause, null, Now - since, Now, new Uri("http://a/"));
}
