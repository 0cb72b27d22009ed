using System.Globalization;
using DevOps.Core.Flags.Client;
using DevOps.Core.Tests.Hosting;
using StackExchange.Redis;

namespace DevOps.Core.Tests.Flags.Faults;

public sealed class SkewedClockTests : IAsyncLifetime
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devops-flags-");
    private readonly SkewedTime _time = new();
    private FlagBed _bed = null!;

    private string SnapshotFile => Path.Combine(_folder.FullName, "flags.json");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bed = await FlagBed.StartAsync();
        await _bed.SetAsync("f", true);
    }

    public async ValueTask DisposeAsync()
    {
        await _bed.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_reader_whose_clock_is_a_year_off_hears_of_changes_like_any_other(int years)
    {
        _time.Skew = years * Year;
        await using var client = await StartAsync();
        Assert.True(client.IsOn("f"));
        await _bed.SetAsync("f", false);
        await Eventually.IsAsync(() => !client.IsOn("f", otherwise: true));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_by_a_year_keeps_no_change_from_the_file_of_the_last_known_flags()
    {
        _time.Skew = Year;
        await using var client = await StartAsync();
        await Eventually.IsAsync(() => File.Exists(SnapshotFile));
        _time.Skew = TimeSpan.Zero;
        await _bed.SetAsync("new", true);
        await Eventually.IsAsync(async () => (await File.ReadAllTextAsync(SnapshotFile, Ct)).Contains("\"new\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changes_are_told_in_their_order_when_the_masters_clock_was_a_year_ahead_before()
    {
        var ahead = (DateTimeOffset.UtcNow + Year).ToUnixTimeMilliseconds();
        NameValueEntry[] change = [new("name", "f"), new("kind", "Changed"), new("version", 1), new("at", ahead), new("by", "tester"), new("reason", ""), new("from", ""), new("to", "true")];
        await _bed.Anybody.StreamAddAsync("ff:history", change, string.Create(CultureInfo.InvariantCulture, $"{ahead}-0"));
        await _bed.SetAsync("f", false);
        await _bed.SetAsync("f", true);
        Assert.Equal([3, 2, 1, 1], (await _bed.HistoryAsync()).Select(told => told.Version));
    }

    private Task<FlagClient> StartAsync() => FlagClient.StartAsync(new FlagSourceAddress("127.0.0.1", _bed.Master.Port), SnapshotFile, _time, Ct);
}
