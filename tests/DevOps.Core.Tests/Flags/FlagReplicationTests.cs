using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Flags;

[Trait("Category", "Slow")]
public sealed class FlagReplicationTests : IAsyncLifetime
{
    private FlagBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await FlagBed.StartAsync(replicas: 2);

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task A_write_returns_when_all_linked_replicas_have_it()
    {
        var (_, replicas) = await _bed.Store.ChangeAsync("f", _ => FlagBed.Boolean("f", true), FlagBed.Write());
        Assert.Equal((2, 2), (replicas.Wanted, replicas.Acknowledged));
        foreach (var replica in _bed.Replicas)
        {
            await using var connection = await FlagBed.ConnectAsync(replica);
            Assert.Equal("true", await connection.GetDatabase().StringGetAsync("f"));
        }
    }

    [Fact]
    public async Task A_replica_that_lags_is_named()
    {
        await _bed.Replicas[1].SignalAsync("STOP");
        try
        {
            var (flag, replicas) = await _bed.Store.ChangeAsync("f", _ => FlagBed.Boolean("f", true), FlagBed.Write() with { ReplicaTimeout = TimeSpan.FromSeconds(2) });
            Assert.Equal((2, 1, false), (replicas.Wanted, replicas.Acknowledged, replicas.IsEnough));
            Assert.Equal([$"127.0.0.1:{_bed.Replicas[1].Port}"], replicas.Behind);
            Assert.Equal(1, flag.Version);
        }
        finally
        {
            await _bed.Replicas[1].SignalAsync("CONT");
        }
    }

    [Fact]
    public async Task A_replica_that_was_killed_is_not_waited_for()
    {
        await _bed.Replicas[1].KillAsync();
        await Eventually.IsAsync(async () => !(await _bed.Connection.GetServers()[0].InfoRawAsync("replication"))!.Contains("slave1", StringComparison.Ordinal));
        var (_, replicas) = await _bed.Store.ChangeAsync("f", _ => FlagBed.Boolean("f", true), FlagBed.Write());
        Assert.Equal((1, 1), (replicas.Wanted, replicas.Acknowledged));
    }

    [Fact]
    public async Task More_replicas_than_there_are_is_too_few_acknowledgements()
    {
        var (_, replicas) = await _bed.Store.ChangeAsync("f", _ => FlagBed.Boolean("f", true), FlagBed.Write(replicas: 3) with { ReplicaTimeout = TimeSpan.FromSeconds(2) });
        Assert.Equal((3, 2, false), (replicas.Wanted, replicas.Acknowledged, replicas.IsEnough));
    }

    [Fact]
    public async Task A_master_that_was_killed_fails_the_write_and_says_so()
    {
        await _bed.Master.KillAsync();
        await Failing.WithAsync("FeatureFlagServerUnreachable", () => _bed.SetAsync("f", true));
    }

    [Fact]
    public async Task What_became_a_replica_takes_no_writes_and_says_so()
    {
        await _bed.Connection.GetServers()[0].ExecuteAsync("REPLICAOF", "127.0.0.1", $"{_bed.Replicas[0].Port}");
        var failure = await Failing.WithAsync("FeatureFlagServerHasNoMaster", () => _bed.SetAsync("f", true));
        Assert.Contains("Nothing was written", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_replicas_for_the_servers_own_rule_is_said()
    {
        await _bed.Connection.GetServers()[0].ConfigSetAsync("min-replicas-to-write", 3);
        await Failing.WithAsync("FeatureFlagServerLacksReplicas", () => _bed.SetAsync("f", true));
    }

    [Fact]
    public async Task A_user_who_may_not_write_is_told_so()
    {
        await _bed.Connection.GetServers()[0].ExecuteAsync("ACL", "SETUSER", "default", "-eval", "-evalsha");
        await Failing.WithAsync("FeatureFlagServerRefused", () => _bed.SetAsync("f", true));
    }

    [Fact]
    public async Task A_disk_that_is_full_is_said()
    {
        // What Redis answers when its snapshot cannot be written: its folder is gone.
        var server = _bed.Connection.GetServers()[0];
        await server.ConfigSetAsync("save", "1 1");
        await server.ExecuteAsync("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes");
        await server.ExecuteAsync("CONFIG", "SET", "rdbcompression", "yes");
        _bed.Master.RemoveFolder();
        await _bed.Anybody.StringSetAsync("x", "1");
        await Eventually.IsAsync(async () => (await server.InfoRawAsync("persistence"))!.Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal));
        await Failing.WithAsync("FeatureFlagServerCannotSave", () => _bed.SetAsync("f", true));
    }
}
