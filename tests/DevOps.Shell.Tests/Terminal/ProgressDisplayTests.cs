using System.Management.Automation;
using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Terminal;

public sealed class ProgressDisplayTests : IDisposable
{
    private readonly FakeTerminal _terminal = new(isTerminal: true, width: 40);

    [Fact]
    public void An_activity_is_a_line_that_is_filled_as_far_as_it_is_done()
    {
        _terminal.Ui.WriteProgress(1, Record(1, "Deploying", "host 1 of 2", percent: 50));

        Assert.Equal("Deploying [\u001b[7mhost 1 of 2  \u001b[27m              ]\u001b[0m", _terminal.TakeOutput());
    }

    [Fact]
    public void Without_colours_the_percentage_is_written()
    {
        _terminal.Screen.Rendering = () => OutputRendering.PlainText;

        _terminal.Ui.WriteProgress(1, Record(1, "Deploying", "host 1 of 2", percent: 50));

        Assert.Equal("Deploying [host 1 of 2 50%]", _terminal.TakeOutput());
    }

    [Fact]
    public void Text_goes_where_the_progress_was()
    {
        _terminal.Ui.WriteProgress(1, Record(1, "Deploying", "host 1"));
        _terminal.TakeOutput();

        _terminal.Ui.WriteLine("host 1 is done");

        Assert.Equal("\r\u001b[Jhost 1 is done\n", _terminal.TakeOutput());
    }

    [Fact]
    public void A_completed_activity_is_taken_away()
    {
        _terminal.Ui.WriteProgress(1, Record(1, "Deploying", "host 1"));
        _terminal.TakeOutput();

        _terminal.Ui.WriteProgress(1, Record(1, "Deploying", "done", isCompleted: true));

        Assert.Equal("\r\u001b[J", _terminal.TakeOutput());
    }

    [Fact]
    public void Many_records_are_drawn_at_intervals_and_the_last_one_is_never_lost()
    {
        _terminal.Ui.WriteProgress(1, Record(1, "Deploying", "first"));
        _terminal.TakeOutput();
        for (var i = 0; i < 1_000; i++) _terminal.Ui.WriteProgress(1, Record(1, "Deploying", $"record {i}"));
        Assert.Empty(_terminal.TakeOutput());

        _terminal.Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Contains("record 999", _terminal.TakeOutput(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_stands_below_its_parent()
    {
        _terminal.Ui.WriteProgress(1, Record(1, "Fleet", "2 of 5"));
        _terminal.Time.Advance(TimeSpan.FromSeconds(1));
        _terminal.Ui.WriteProgress(1, Record(2, "Other", "running"));
        _terminal.Time.Advance(TimeSpan.FromSeconds(1));
        _terminal.TakeOutput();

        _terminal.Ui.WriteProgress(1, Record(3, "itrust-1", "booting", parent: 1));

        var lines = _terminal.TakeOutput().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("  itrust-1", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_id_from_two_commands_is_two_activities()
    {
        _terminal.Ui.WriteProgress(1, Record(1, "One", "running"));
        _terminal.Time.Advance(TimeSpan.FromSeconds(1));
        _terminal.TakeOutput();

        _terminal.Ui.WriteProgress(2, Record(1, "Two", "running"));

        Assert.Equal(2, _terminal.TakeOutput().Split('\n').Length);
    }

    [Fact]
    public void No_line_is_as_wide_as_the_terminal()
    {
        _terminal.Ui.WriteProgress(1, Record(1, new string('a', 100), new string('s', 100), percent: 30));

        Assert.Equal(39, DevOps.Shell.Terminal.TextCells.Count(_terminal.TakeOutput()));
    }

    [Fact]
    public void Nothing_is_drawn_in_the_middle_of_a_line()
    {
        _terminal.Ui.Write("copying ... ");
        _terminal.TakeOutput();

        _terminal.Ui.WriteProgress(1, Record(1, "Deploying", "host 1"));

        Assert.Empty(_terminal.TakeOutput());
    }

    [Fact]
    public void Nothing_is_drawn_into_a_file()
    {
        using var file = new FakeTerminal();

        file.Ui.WriteProgress(1, Record(1, "Deploying", "host 1"));

        Assert.Empty(file.Output);
    }

    public void Dispose() => _terminal.Dispose();

    private static ProgressRecord Record(int id, string activity, string status, int percent = -1, int parent = -1, bool isCompleted = false) =>
        new(id, activity, status)
        {
            PercentComplete = percent,
            ParentActivityId = parent,
            RecordType = isCompleted ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };
}
