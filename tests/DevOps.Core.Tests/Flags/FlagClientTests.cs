using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Evaluation;
using DevOps.Core.Flags.Store;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Flags;

[Trait("Category", "Slow")]
public sealed class FlagClientTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devops-flags-");
    private FlagBed _bed = null!;
    private FlagClient _client = null!;

    private string SnapshotFile => Path.Combine(_folder.FullName, "flags.json");

    private FlagSourceAddress Server => new("127.0.0.1", _bed.Master.Port);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bed = await FlagBed.StartAsync();
        await _bed.SetAsync("first", true);
        _client = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _bed.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_client_begins_with_the_flags_of_its_server()
    {
        Assert.Null(_client.Status.Problem);
        Assert.True(_client.IsOn("first"));
        Assert.Equal((FlagSource.Server, true, 1L, 1), (_client.Status.Source, _client.Status.IsConnected, _client.Status.Version, _client.Status.Count));
    }

    [Fact]
    public async Task A_change_is_there_without_anybody_asking()
    {
        var known = _client.Flags;
        await _bed.SetAsync("first", false);
        await _client.WaitForChangeAsync(known, Cancellation);
        Assert.False(_client.IsOn("first", otherwise: true));
    }

    [Fact]
    public async Task Beside_a_replica_that_has_lost_its_master_a_client_does_not_take_its_flags_for_the_newest()
    {
        await using var bed = await FlagBed.StartAsync(replicas: 1);
        await bed.SetAsync("lasting", true);
        await using var client = await FlagClient.StartAsync(new FlagSourceAddress("127.0.0.1", bed.Replicas[0].Port), cancellation: Cancellation);
        await Eventually.IsAsync(() => client.Status.IsCurrent && client.IsOn("lasting"));
        await bed.Master.KillAsync();
        await Eventually.IsAsync(() => client.Status is { IsConnected: true, IsCurrent: false, Problem: not null });
        Assert.True(client.IsOn("lasting"));
    }

    [Fact]
    public async Task New_flags_and_removed_ones_are_there_too()
    {
        await _bed.SetAsync("second", true);
        await _bed.Store.RemoveAsync("first", FlagBed.Write());
        await Eventually.IsAsync(() => _client.Flags.Version == 3);
        Assert.Equal(["second"], _client.Flags.Flags.Select(flag => flag.Definition.Name));
    }

    [Fact]
    public async Task What_another_program_sets_counts_before_anybody_has_taken_it_in()
    {
        await _bed.Anybody.StringSetAsync("first", "false");
        await Eventually.IsAsync(() => !_client.IsOn("first", otherwise: true));
        Assert.Equal(FlagStore.External, _client.Flags.Find("first")!.ChangedBy);
    }

    [Fact]
    public async Task Many_changes_at_once_are_all_there()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => _bed.Store.ChangeAsync($"flag-{number}", _ => FlagBed.Boolean($"flag-{number}", true), FlagBed.Write(ifVersion: 0))));
        await Eventually.IsAsync(() => _client.Flags is { Version: 201, Count: 201 });
        Assert.All(Enumerable.Range(0, 200), number => Assert.True(_client.IsOn($"flag-{number}")));
    }

    [Fact]
    public async Task A_change_whose_news_were_lost_is_found_by_the_version()
    {
        // What the script does, but for the news.
        var record = (string)(await _bed.Anybody.HashGetAsync("ff:flags", "first"))!;
        await _bed.Anybody.HashSetAsync("ff:flags", "quiet", record);
        await _bed.Anybody.StringIncrementAsync("ff:version");
        await Eventually.IsAsync(() => _client.IsOn("quiet"));
        Assert.Equal(2, _client.Status.Version);
    }

    [Fact]
    public async Task When_the_server_is_gone_the_last_known_flags_count_and_their_age_is_said()
    {
        await _bed.Master.KillAsync();
        await Eventually.IsAsync(() => !_client.Status.IsConnected);
        Assert.True(_client.IsOn("first"));
        Assert.NotNull(_client.Status.ConfirmedAt);
        Assert.Contains("does not answer", _client.Status.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_starts_without_its_server_begins_with_the_last_known_flags()
    {
        await Eventually.IsAsync(() => File.Exists(SnapshotFile));
        await _client.DisposeAsync();
        await _bed.Master.KillAsync();
        _client = await StartAsync();
        Assert.True(_client.IsOn("first"));
        Assert.Equal((FlagSource.Snapshot, false), (_client.Status.Source, _client.Status.IsConnected));
    }

    [Fact]
    public async Task A_client_that_starts_with_neither_says_so()
    {
        await _client.DisposeAsync();
        await _bed.Master.KillAsync();
        _client = await FlagClient.StartAsync(Server, null, null, Cancellation);
        Assert.Equal((FlagSource.None, false), (_client.Status.Source, _client.Status.IsConnected));
        Assert.Equal(FlagError.FlagNotFound, _client.Evaluate("first", FlagContext.Empty).Error);
    }

    [Fact]
    public async Task A_server_that_comes_back_is_followed_again()
    {
        await _bed.Connection.GetServers()[0].ExecuteAsync("CONFIG", "SET", "appendonly", "yes");
        await Eventually.IsAsync(async () => (await _bed.Connection.GetServers()[0].InfoRawAsync("persistence"))!.Contains("aof_rewrite_in_progress:0", StringComparison.Ordinal));
        await _bed.SetAsync("first", false);
        await _bed.Connection.GetServers()[0].ExecuteAsync("SAVE");
        await _bed.Master.KillAsync();
        await Eventually.IsAsync(() => !_client.Status.IsConnected);
        await _bed.Master.StartAgainAsync("--appendonly", "yes", "--notify-keyspace-events", "E$");
        await Eventually.IsAsync(() => _client.Status.IsConnected);
        await using var connection = await FlagBed.ConnectAsync(_bed.Master);
        await new FlagStore(connection).ChangeAsync("first", _ => FlagBed.Boolean("first", true), FlagBed.Write());
        await Eventually.IsAsync(() => _client.IsOn("first"));
    }

    [Fact]
    public async Task A_server_that_lost_its_data_takes_no_flags_away()
    {
        await _bed.Anybody.ExecuteAsync("FLUSHALL");
        await Eventually.IsAsync(() => _client.Status.Problem is not null);
        Assert.True(_client.IsOn("first"));
        Assert.Contains("no flags any more", _client.Status.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_of_the_last_known_flags_is_no_obstacle()
    {
        await _client.DisposeAsync();
        await File.WriteAllTextAsync(SnapshotFile, "{", Cancellation);
        _client = await StartAsync();
        Assert.True(_client.IsOn("first"));
    }

    [Theory]
    [InlineData("1 nonsense")]
    [InlineData("""1 0 {"by":"somebody","definition":{"state":"ENABLED","variants":{}}}""")]
    [InlineData("""1 0 {"by":"somebody","definition":{"state":"ENABLED","variants":{"on":true},"targeting":[1]}}""")]
    [InlineData("""1 0 {"by":"somebody","definition":{"state":"ENABLED","variants":{"on":true,"off":"no"}}}""")]
    public async Task A_damaged_flag_hides_no_other(string kept)
    {
        await _bed.Anybody.HashSetAsync("ff:flags", "bad", kept);
        await _client.DisposeAsync();
        _client = await StartAsync();
        Assert.True(_client.IsOn("first"));
        Assert.Null(_client.Flags.Find("bad"));
    }

    [Fact]
    public async Task A_rule_that_this_version_cannot_read_is_an_error_of_its_flag_alone()
    {
        await _bed.Anybody.HashSetAsync("ff:flags", "newer", """2 0 {"by":"somebody","definition":{"state":"ENABLED","variants":{"on":true},"defaultVariant":"on","targeting":{"frobnicate":[1]}}}""");
        await _bed.Anybody.StringIncrementAsync("ff:version");
        await Eventually.IsAsync(() => _client.Flags.Find("newer") is not null);
        Assert.Equal(FlagError.ParseError, _client.Evaluate("newer", FlagContext.Empty).Error);
        Assert.True(_client.IsOn("first"));
    }

    [Fact]
    public async Task A_damaged_flag_that_is_told_of_leaves_the_others_as_they_are()
    {
        await _bed.Anybody.HashSetAsync("ff:flags", "bad", "2 nonsense");
        await _bed.Anybody.StringIncrementAsync("ff:version");
        await _bed.Connection.GetSubscriber().PublishAsync(StackExchange.Redis.RedisChannel.Literal("ff:changes"), "2 bad");
        await Eventually.IsAsync(() => _client.Status is { Version: 2, IsConnected: true });
        Assert.True(_client.IsOn("first"));
    }

    [Fact]
    public void A_disabled_or_unknown_flag_is_what_the_application_says() =>
        Assert.Equal((true, false), (_client.IsOn("unknown", otherwise: true), _client.IsOn("unknown")));

    [Fact]
    public async Task A_reader_needs_no_more_than_a_readers_rights()
    {
        await _bed.Connection.GetServers()[0].ExecuteAsync("ACL", "SETUSER", "reader", "on", ">secret", "%R~*", "resetchannels", "&ff:changes", "&__keyevent@0__:set", "+get", "+mget", "+hget", "+hgetall", "+subscribe", "+unsubscribe", "+ping", "+echo", "+info", "+client");
        await using var reader = await FlagClient.StartAsync(Server with { UserName = "reader", Password = "secret" }, null, null, Cancellation);
        var known = reader.Flags;
        Assert.True(reader.IsOn("first"));
        await _bed.SetAsync("first", false);
        await reader.WaitForChangeAsync(known, Cancellation);
        Assert.False(reader.IsOn("first", otherwise: true));
    }

    [Fact]
    public async Task A_client_of_a_replica_hears_of_changes_at_the_master()
    {
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{_bed.Master.Port}", "--notify-keyspace-events", "E$");
        await using var client = await FlagClient.StartAsync(new FlagSourceAddress("127.0.0.1", replica.Port), null, null, Cancellation);
        await Eventually.IsAsync(() => client.IsOn("first"));
        await _bed.SetAsync("first", false);
        await Eventually.IsAsync(() => !client.IsOn("first", otherwise: true));
        await _bed.Anybody.StringSetAsync("first", "true");
        await Eventually.IsAsync(() => client.IsOn("first"));
    }

    private Task<FlagClient> StartAsync() => FlagClient.StartAsync(Server, SnapshotFile, null, Cancellation);
}
