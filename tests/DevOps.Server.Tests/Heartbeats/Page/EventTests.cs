using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using DevOps.Core.Heartbeats;
using DevOps.Model;

namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>What browsers are told, and when.</summary>
[Trait("Category", "Slow")]
public sealed class EventTests
{
    private static readonly HeartbeatTarget One = PageBed.Target("itrust-1");
    private static readonly HeartbeatTarget Two = PageBed.Target("itrust-2");

    [Fact]
    public async Task A_browser_is_told_everything_first_and_then_each_change_at_once()
    {
        await using var bed = await PageBed.OpenAsync();
        bed.Take(PageBed.Beat(One));
        await using var reader = await EventReader.OpenAsync(bed);
        var (name, data) = await reader.NextNewsAsync();
        Assert.Equal("snapshot", name);
        var targets = data.GetProperty("targets");
        Assert.Equal(["itrust-1", "itrust-2"], targets.EnumerateArray().Select(target => target.GetProperty("name").GetString()));
        Assert.Equal("Up", targets[0].GetProperty("last").GetProperty("state").GetString());
        Assert.False(targets[1].TryGetProperty("last", out _));

        bed.Take(PageBed.Beat(One, HeartbeatState.Down, cause: "the connection was refused"), hasChanged: true);
        (name, data) = await reader.NextNewsAsync();
        Assert.Equal("beats", name);
        var beat = data.GetProperty("beats")[0];
        Assert.Equal((HeartbeatKey.Of(One), "Down", "the connection was refused"), (beat.GetProperty("key").GetString(), beat.GetProperty("state").GetString(), beat.GetProperty("cause").GetString()));
    }

    [Fact]
    public async Task Beats_that_change_nothing_travel_together_and_say_only_what_is_new()
    {
        await using var bed = await PageBed.OpenAsync();
        var since = DateTimeOffset.UtcNow;
        foreach (var target in new[] { One, Two }) bed.Take(PageBed.Beat(target, since: since), hasChanged: true);
        await using var reader = await EventReader.OpenAsync(bed);
        await reader.NextNewsAsync();
        foreach (var target in new[] { One, Two }) bed.Take(PageBed.Beat(target, milliseconds: 3, since: since));
        var (_, data) = await reader.NextNewsAsync();
        Assert.Equal(2, data.GetProperty("beats").GetArrayLength());
        Assert.All(data.GetProperty("beats").EnumerateArray(), beat => Assert.Equal(["key", "state", "at", "latency"], beat.EnumerateObject().Select(property => property.Name)));
    }

    [Fact]
    public async Task A_browser_that_was_away_for_a_moment_is_told_what_it_missed()
    {
        await using var bed = await PageBed.OpenAsync();
        string id;
        await using (var reader = await EventReader.OpenAsync(bed))
        {
            await reader.NextNewsAsync();
            id = reader.Id;
        }

        bed.Take(PageBed.Beat(One, HeartbeatState.Down), hasChanged: true);
        bed.Board.SetNotices(["The history cannot be written: the disk is full."]);
        foreach (var byQuery in new[] { false, true })
        {
            await using var again = await EventReader.OpenAsync(bed, id, byQuery);
            Assert.Equal("beats", (await again.NextNewsAsync()).Name);
            Assert.Equal("notices", (await again.NextNewsAsync()).Name);
        }
    }

    [Theory]
    [InlineData("another-1")]
    [InlineData("nonsense")]
    [InlineData("EPOCH-99999")]
    [InlineData("EPOCH--1")]
    public async Task Who_comes_from_another_time_is_told_everything(string id)
    {
        await using var bed = await PageBed.OpenAsync();
        await using var reader = await EventReader.OpenAsync(bed);
        await reader.NextNewsAsync();
        await using var again = await EventReader.OpenAsync(bed, id.Replace("EPOCH", reader.Id.Split('-')[0], StringComparison.Ordinal));
        Assert.Equal("snapshot", (await again.NextNewsAsync()).Name);
    }

    [Fact]
    public async Task Who_was_away_for_too_long_is_told_everything()
    {
        await using var bed = await PageBed.OpenAsync();
        var id = bed.Board.IdOf(0);
        for (var change = 0; change < 2_100; change++) bed.Take(PageBed.Beat(One, change % 2 == 0 ? HeartbeatState.Down : HeartbeatState.Up), hasChanged: true);
        await using var reader = await EventReader.OpenAsync(bed, id);
        Assert.Equal("snapshot", (await reader.NextNewsAsync()).Name);
    }

    [Fact]
    public async Task A_tick_says_each_interval_that_the_monitor_is_alive()
    {
        await using var bed = await PageBed.OpenAsync();
        await using var reader = await EventReader.OpenAsync(bed);
        var names = new List<string>();
        for (var count = 0; count < 3; count++) names.Add((await reader.NextAsync()).Name);
        Assert.Equal(["snapshot", "tick", "tick"], names);
        // Who missed nothing hears at once that he is connected.
        await using var again = await EventReader.OpenAsync(bed, reader.Id);
        Assert.Equal("tick", (await again.NextAsync()).Name);
    }

    [Fact]
    public async Task A_browser_that_does_not_read_is_given_a_snapshot_instead_of_all_that_it_missed()
    {
        await using var bed = await PageBed.OpenAsync();
        using var slow = new TcpClient { ReceiveBufferSize = 4_096 };
        await slow.ConnectAsync(bed.Uri.Host, bed.Uri.Port, TestContext.Current.CancellationToken);
        var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /events HTTP/1.1\r\nHost: {bed.Uri.Authority}\r\n\r\n"), TestContext.Current.CancellationToken);
        var first = new byte[64];
        await stream.ReadExactlyAsync(first, TestContext.Current.CancellationToken);

        // Far more than the ring, the server and the system hold for one connection.
        var cause = new string('x', 16 * 1024);
        for (var change = 0; change < 2_000; change++) bed.Take(PageBed.Beat(One, change % 2 == 0 ? HeartbeatState.Down : HeartbeatState.Degraded, cause: cause), hasChanged: true);
        bed.Take(PageBed.Beat(One, HeartbeatState.Maintenance, cause: "the last of them"), hasChanged: true);

        using var reader = new StreamReader(stream);
        var snapshots = 0;
        long read = 0;
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            read += line.Length;
            if (line == "event: snapshot") snapshots++;
            if (line.Contains("the last of them", StringComparison.Ordinal)) break;
        }

        // The one at the beginning, and another one when it was heard from again.
        Assert.InRange(snapshots, 2, 10);
        Assert.InRange(read, 0, 24_000_000);
    }

    [Fact]
    public async Task Targets_come_and_go()
    {
        await using var bed = await PageBed.OpenAsync();
        bed.Take(PageBed.Beat(One), hasChanged: true);
        await using var reader = await EventReader.OpenAsync(bed);
        await reader.NextNewsAsync();
        var three = PageBed.Target("itrust-3");
        bed.Board.SetTargets([One, three], TimeSpan.FromSeconds(1));
        var (name, data) = await reader.NextNewsAsync();
        Assert.Equal("targets", name);
        Assert.Equal([HeartbeatKey.Of(One), HeartbeatKey.Of(three)], data.GetProperty("order").EnumerateArray().Select(key => key.GetString()));
        Assert.Equal("itrust-3", Assert.Single(data.GetProperty("added").EnumerateArray()).GetProperty("name").GetString());

        bed.Take(PageBed.Beat(Two), hasChanged: true);
        Assert.Equal("itrust-1", Assert.Single(bed.Board.Heartbeats).Target);
        bed.Board.SetTargets([One with { Fall = 3 }, three], TimeSpan.FromSeconds(1));
        bed.Board.SetUptimes(new Dictionary<string, double?> { [HeartbeatKey.Of(One)] = 99.98 });
        // What is checked is the same, so that nobody is told of other rules.
        Assert.Equal("uptimes", (await reader.NextNewsAsync()).Name);
    }

    [Fact]
    public async Task A_monitor_that_checks_nothing_any_more_says_so_although_it_lives()
    {
        var time = new SkippingClock();
        await using var bed = await PageBed.OpenAsync(time: time);
        bed.Take(PageBed.Beat(One), hasChanged: true);
        Assert.False(IsSilent());
        time.Skip(TimeSpan.FromMinutes(1));
        Assert.True(IsSilent());
        bed.Take(PageBed.Beat(One), hasChanged: false);
        Assert.False(IsSilent());

        bool IsSilent() => JsonDocument.Parse(bed.Board.Tick()).RootElement.GetProperty("silent").GetBoolean();
    }

    [Fact]
    public async Task A_closed_page_ends_its_streams()
    {
        await using var bed = await PageBed.OpenAsync();
        await using var reader = await EventReader.OpenAsync(bed);
        await reader.NextNewsAsync();
        var closing = bed.StopAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (true) await reader.NextAsync();
        });
        await closing;
    }

    [Fact]
    public async Task Many_browsers_are_told_the_same()
    {
        await using var bed = await PageBed.OpenAsync();
        var readers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => EventReader.OpenAsync(bed)));
        foreach (var reader in readers) Assert.Equal("snapshot", (await reader.NextNewsAsync()).Name);
        bed.Take(PageBed.Beat(One, HeartbeatState.Down), hasChanged: true);
        foreach (var reader in readers) Assert.Equal("beats", (await reader.NextNewsAsync()).Name);
        Assert.Single(readers.Select(reader => reader.Id).Distinct(StringComparer.Ordinal));
        foreach (var reader in readers) await reader.DisposeAsync();
    }
}
