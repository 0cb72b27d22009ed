using DevOps.Core.Balancing;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Balancing;

/// <summary>The file of a balancer's events.</summary>
public sealed class BalancerEventFileTests : IDisposable
{
    private readonly TestState _state = new();

    private string Path => System.IO.Path.Combine(_state.State.Folder("balancers", "shop"), "events.jsonl");

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    [Fact]
    public void Events_are_read_as_they_were_written()
    {
        for (var id = 1; id <= 3; id++) BalancerEventFile.Append(Path, Event(id), longest: 1_000_000);
        Assert.Equal([Event(1), Event(2), Event(3)], BalancerEventFile.Read(Path));
    }

    [Fact]
    public void A_line_that_a_dying_process_cut_off_spoils_neither_the_lines_before_nor_those_after_it()
    {
        BalancerEventFile.Append(Path, Event(1), longest: 1_000_000);
        File.AppendAllText(Path, "{\"id\":2,\"at\":\"20");
        BalancerEventFile.Append(Path, Event(3), longest: 1_000_000);
        Assert.Equal([Event(1), Event(3)], BalancerEventFile.Read(Path));
    }

    [Fact]
    public void A_file_that_has_grown_long_is_put_aside_and_still_read()
    {
        for (var id = 1; id <= 4; id++) BalancerEventFile.Append(Path, Event(id), longest: 300);
        Assert.True(File.Exists(Path + ".1"));
        Assert.Equal(4, BalancerEventFile.Read(Path)[^1].Id);
    }

    private static BalancerEvent Event(long id) =>
        new(id, DateTimeOffset.Parse("2026-01-01T00:00:00Z"), "shop", BalancerEventKind.BackendDown, "canary", "2:0", "no connection", "refused");
}
