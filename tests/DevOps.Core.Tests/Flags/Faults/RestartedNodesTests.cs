using DevOps.Core.Flags.Servers;
using DevOps.Core.Flags.Store;
using DevOps.Core.Tests.Hosting;
using StackExchange.Redis;

namespace DevOps.Core.Tests.Flags.Faults;

[Trait("Category", "Slow")]
public sealed class RestartedNodesTests : IAsyncLifetime
{
    private FlagNodes _nodes = null!;

    public async ValueTask InitializeAsync() => _nodes = await FlagNodes.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_nodes is not null) await _nodes.DisposeAsync();
    }

    [Fact]
    public async Task All_nodes_have_their_flags_again_when_all_of_them_lost_power()
    {
        await using (var connection = await _nodes.OpenAsync(FlagServerUser.Writer))
        {
            for (var number = 0; number < 10; number++) await connection.Flags.ChangeAsync($"flag-{number}", _ => FlagBed.Boolean($"flag-{number}", true), FlagBed.Write());
        }

        foreach (var node in _nodes.Nodes) await node.KillAsync();
        foreach (var node in _nodes.Nodes) await node.StartAsync();
        await _nodes.SettleAsync();
        await using var readers = await _nodes.OpenAsync(FlagServerUser.Reader);
        foreach (var node in readers.Nodes) Assert.Equal(10, (await new FlagReader(node.Database).AllAsync(isUnreadable: null)).Count);
    }

    [Fact]
    public async Task A_replica_that_starts_with_older_data_and_without_its_master_takes_no_flag_away_from_its_reader()
    {
        var replica = _nodes.Nodes[2];
        await using var reader = await ReadWithAsync(replica);
        // As when it is killed before it has kept what it copied.
        await using (var beside = await _nodes.OpenBesideAsync(replica, FlagServerUser.Operator))
        {
            await _nodes.Nodes[0].KillAsync();
            var server = beside.GetServers()[0];
            await Eventually.IsAsync(async () => !FlagServerInfo.Read((await server.InfoRawAsync("replication"))!).IsLinkUp);
            await server.ConfigSetAsync("replica-read-only", "no");
            Assert.Equal(":1", await replica.SendAsync($"HDEL {FlagKeys.Flags} second"));
            Assert.Equal("+OK", await replica.SendAsync($"SET {FlagKeys.Version} 1"));
        }

        await Eventually.IsAsync(() => reader.Status.Problem?.Contains("older flags", StringComparison.Ordinal) == true);
        Assert.Equal(2, reader.Value("second"));
        await _nodes.Nodes[0].StartAsync();
        await _nodes.SettleAsync();
        await Eventually.IsAsync(() => reader.Status.Problem is null);
        Assert.Equal(2, reader.Value("second"));
        await reader.CheckAsync();
    }

    [Fact]
    public async Task Nobody_gets_in_without_a_name_or_by_the_name_of_the_default_user()
    {
        foreach (var node in _nodes.Nodes)
        {
            foreach (var login in (string[])["", ",user=default", ",user=default,password=", ",password=x"])
            {
                await Assert.ThrowsAnyAsync<RedisException>(async () =>
                {
                    await using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{node.Port},abortConnect=true,connectRetry=1{login}");
                    await connection.GetDatabase().StringGetAsync("f");
                });
            }
        }
    }

    private async Task<SteadyReader> ReadWithAsync(FlagNode node)
    {
        await using (var connection = await _nodes.OpenAsync(FlagServerUser.Writer))
        {
            await connection.Flags.ChangeAsync("first", _ => FlagBed.Number("first", 1), FlagBed.Write());
            await connection.Flags.ChangeAsync("second", _ => FlagBed.Number("second", 2), FlagBed.Write());
        }

        return await SteadyReader.StartAsync(node, ["first", "second"]);
    }
}
