using System.Net;
using DevOps.Core;
using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Flags.Store;
using DevOps.Core.Operations;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;
using StackExchange.Redis;

namespace DevOps.Droplets.Tests.Flags;

/// <summary>A feature flag server on three droplets. Each test begins with a repeated installation, which puts right what another one broke.</summary>
[Collection(FlagFleetGroup.Name)]
public sealed class FlagServerTests(LocalCloudFixture cloud, FlagFleet fleet)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Three_droplets_become_a_master_and_two_replicas_that_follow_it()
    {
        Assert.Equal(FeatureFlagServerState.Running, fleet.AtFirst.State);
        Assert.Equal("flags-1", fleet.AtFirst.Master);
        Assert.Equal([FeatureFlagServerRole.Master, FeatureFlagServerRole.Replica, FeatureFlagServerRole.Replica], fleet.AtFirst.Nodes.Select(node => node.Role!.Value));
        Assert.All(fleet.AtFirst.Nodes, node => Assert.Equal((FeatureFlagServerLink.Up, null), (node.Link, node.Cause)));
    }

    [Fact]
    public async Task Repeating_changes_nothing_when_all_is_right_and_says_so()
    {
        await fleet.InstallAsync(new Told());
        var messages = new List<OperationMessage>();
        await fleet.InstallAsync(new Told(messages.Add));
        Assert.Contains(messages.OfType<InformationMessage>(), message => message.Text.Contains("nothing was changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Repeating_starts_a_stopped_node_and_puts_its_configuration_right()
    {
        var before = await fleet.InstallAsync(new Told());
        var replica = before.Nodes.First(node => node.Role == FeatureFlagServerRole.Replica).Node;
        await fleet.RunAsync(replica, "systemctl stop redis-server; echo 'appendonly no' >> /etc/redis/redis.conf");
        var stopped = (await fleet.ReadAsync()).Nodes.Single(node => node.Node == replica);
        Assert.Equal(FeatureFlagServerLink.Unreachable, stopped.Link);
        Assert.NotNull(stopped.Cause);
        Assert.Equal(FeatureFlagServerState.Running, (await fleet.InstallAsync(new Told())).State);
        Assert.DoesNotContain("appendonly no", await fleet.RunAsync(replica, "cat /etc/redis/redis.conf"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_planned_fail_over_keeps_what_was_written_and_outlives_restarts()
    {
        var before = await fleet.InstallAsync(new Told());
        await WriteAsync("kept-through-switch", "yes");
        var after = await new FlagServerSwitch(fleet.Connector, fleet.Store).RunAsync(FlagFleet.Name, to: null, isForced: false, new Told(), Ct);
        Assert.NotEqual(before.Master, after.Master);
        await fleet.RunAsync(before.Master!, "systemctl restart redis-server");
        await fleet.RunAsync(after.Master!, "systemctl restart redis-server");
        Assert.Equal((FeatureFlagServerState.Running, after.Master), await SettledAsync());
        Assert.Equal("yes", await ReadAsync("kept-through-switch"));
    }

    [Fact]
    public async Task A_master_that_restarts_halfway_through_a_fail_over_loses_nothing_and_repeating_makes_one_again()
    {
        var before = await fleet.InstallAsync(new Told());
        await WriteAsync("kept-though-interrupted", "yes");
        var target = before.Nodes.First(node => node.Role == FeatureFlagServerRole.Replica);
        await fleet.RunAsync(before.Master!, $"echo 'replicaof {target.Address} {target.Port}' > /etc/redis/role.conf; systemctl restart redis-server");
        Assert.Equal(FeatureFlagServerState.Unavailable, (await fleet.ReadAsync()).State);
        Assert.Equal(FeatureFlagServerState.Running, (await fleet.InstallAsync(new Told())).State);
        Assert.Equal("yes", await ReadAsync("kept-though-interrupted"));
    }

    [Fact]
    public async Task Flags_outlive_a_restart_of_every_node()
    {
        var server = await fleet.InstallAsync(new Told());
        await using (var connection = await fleet.OpenAsync(FlagServerUser.Writer))
        {
            await connection.Flags.ChangeAsync("lasting-flag", _ => new FlagEdit { Value = "true" }.Apply("lasting-flag", before: null), new FlagWrite("tester", "a test", null, null, TimeSpan.FromSeconds(5)));
        }

        foreach (var node in server.Nodes) await fleet.RunAsync(node.Node, "systemctl restart redis-server");
        await SettledAsync();
        await using var again = await fleet.OpenAsync(FlagServerUser.Reader);
        Assert.Equal("a test", (await again.Flags.HistoryAsync(Ct).FirstAsync(change => change.Name == "lasting-flag", Ct)).Reason);
        Assert.NotNull(await again.Flags.FindAsync("lasting-flag"));
    }

    [Fact]
    public async Task A_master_whose_disk_is_empty_does_not_start_and_a_replica_takes_its_place()
    {
        var before = await fleet.InstallAsync(new Told());
        await WriteAsync("kept-though-disk-empty", "yes");
        await fleet.RunAsync(before.Master!, "systemctl stop redis-server; rm -rf /var/lib/redis/*");
        await fleet.RunAsync(before.Master!, "systemctl start redis-server");
        var journal = await fleet.RunAsync(before.Master!, "journalctl --unit redis-server --output cat --no-pager");
        Assert.Contains("its data is gone", journal, StringComparison.Ordinal);
        var after = await fleet.InstallAsync(new Told());
        Assert.Equal(FeatureFlagServerState.Running, after.State);
        Assert.NotEqual(before.Master, after.Master);
        Assert.Equal("yes", await ReadAsync("kept-though-disk-empty"));
    }

    [Fact]
    public async Task A_new_droplet_in_the_place_of_the_master_becomes_a_replica()
    {
        var before = await fleet.InstallAsync(new Told());
        await WriteAsync("kept-though-droplet-replaced", "yes");
        await fleet.RemoveDropletAsync(before.Master!);
        await fleet.CreateDropletsAsync();
        var after = await fleet.InstallAsync(new Told());
        Assert.Equal(FeatureFlagServerState.Running, after.State);
        Assert.NotEqual(before.Master, after.Master);
        Assert.Equal("yes", await ReadAsync("kept-though-droplet-replaced"));
    }

    [Fact]
    public async Task A_lost_master_is_replaced_on_demand_and_comes_back_as_a_replica()
    {
        var before = await fleet.InstallAsync(new Told());
        await WriteAsync("kept-though-master-lost", "yes");
        var power = new DropletPower(cloud);
        var lost = await fleet.DropletAsync(before.Master!);
        await power.OffAsync(lost, Ct);
        var refusal = await Assert.ThrowsAsync<DevOpsException>(() => fleet.InstallAsync(new Told()));
        Assert.Equal("FeatureFlagServerMasterUnknown", refusal.Id);
        Assert.Contains(before.Master!, refusal.Message, StringComparison.Ordinal);
        var switched = await new FlagServerSwitch(fleet.Connector, fleet.Store).RunAsync(FlagFleet.Name, to: null, isForced: true, new Told(), Ct);
        Assert.NotEqual(before.Master, switched.Master);
        await power.OnAsync(lost, Ct);
        var after = await fleet.InstallAsync(new Told());
        Assert.Equal((FeatureFlagServerState.Running, switched.Master), (after.State, after.Master));
        Assert.Equal("yes", await ReadAsync("kept-though-master-lost"));
    }

    [Fact]
    public async Task A_flag_is_set_at_all_nodes_and_readers_of_each_are_told_of_it_and_of_what_another_program_sets()
    {
        await fleet.InstallAsync(new Told());
        await using var readers = await fleet.OpenAsync(FlagServerUser.Reader);
        await using var writer = await fleet.OpenAsync(FlagServerUser.Writer);
        var store = new FlagStore(writer.RequireMaster().Multiplexer);
        var password = fleet.Store.Get(FlagFleet.Name).Passwords[FlagServerUser.Reader];
        FlagClient[] clients = await Task.WhenAll(readers.Nodes.Select(node => FlagClient.StartAsync(
            new FlagSourceAddress("127.0.0.1", ((IPEndPoint)node.Multiplexer.GetEndPoints()[0]).Port, "reader", password), cancellation: Ct)));
        try
        {
            var (_, replicas) = await store.ChangeAsync("told", _ => new FlagEdit { Value = "false" }.Apply("told", null), new FlagWrite("a test", null, null, 2, TimeSpan.FromSeconds(10)));
            Assert.Equal(2, replicas.Acknowledged);
            Assert.All(await SeenAsync(client => client.Flags.Find("told") is not null), Assert.True);
            await writer.RequireMaster().Database.StringSetAsync("told", "true");
            Assert.All(await SeenAsync(client => client.IsOn("told")), Assert.True);
        }
        finally
        {
            foreach (var client in clients) await client.DisposeAsync();
        }

        Task<bool[]> SeenAsync(Func<FlagClient, bool> isSeen) => Task.WhenAll(clients.Select(async client =>
        {
            for (var flags = client.Flags; !isSeen(client);) flags = await client.WaitForChangeAsync(flags, Ct).WaitAsync(TimeSpan.FromSeconds(30), Ct);
            return true;
        }));
    }

    [Fact]
    public async Task A_reader_can_read_from_every_node_and_write_to_none()
    {
        await fleet.InstallAsync(new Told());
        await WriteAsync("for-readers", "yes");
        await using var connection = await fleet.OpenAsync(FlagServerUser.Reader);
        foreach (var node in connection.Nodes)
        {
            Assert.Equal("yes", (string?)await node.Database.StringGetAsync("for-readers"));
            await Assert.ThrowsAnyAsync<RedisException>(() => node.Database.StringSetAsync("for-readers", "no"));
        }
    }

    [Fact]
    public async Task No_password_is_seen_in_a_process_list_or_a_log()
    {
        await fleet.InstallAsync(new Told());
        var seen = await fleet.RunAsync("flags-1", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ /var/log/redis/redis-server.log 2>/dev/null | tr '\\0' '\\n'; journalctl --no-pager --output cat; stat -c %a /etc/redis/redis.conf");
        Assert.EndsWith("640\n", seen, StringComparison.Ordinal);
        Assert.All(fleet.Store.Get(FlagFleet.Name).Passwords.Values, password => Assert.DoesNotContain(password, seen, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Uninstalling_leaves_neither_package_nor_data_nor_passwords()
    {
        await fleet.InstallAsync(new Told());
        await new FlagServerRemoval(cloud.State).RemoveAsync(FlagFleet.Name, new Told(), Ct);
        Assert.Empty(fleet.Store.Names());
        Assert.Equal("gone", (await fleet.RunAsync("flags-1", "ls -d /etc/redis /var/lib/redis /usr/bin/redis-server /etc/devops/flag-server.held 2>/dev/null || echo gone")).Trim());
    }

    private async Task WriteAsync(string key, string value)
    {
        await using var connection = await fleet.OpenAsync(FlagServerUser.Writer);
        var master = connection.RequireMaster();
        Assert.True(await master.Database.StringSetAsync(key, value));
        Assert.Equal(2, (int)await master.Database.ExecuteAsync("WAIT", 2, 30_000));
    }

    private async Task<string?> ReadAsync(string key)
    {
        await using var connection = await fleet.OpenAsync(FlagServerUser.Reader);
        return await connection.RequireMaster().Database.StringGetAsync(key);
    }

    // A restarted node needs a moment until it follows again.
    private async Task<(FeatureFlagServerState State, string? Master)> SettledAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            var server = await fleet.ReadAsync();
            if (server.State == FeatureFlagServerState.Running || attempt == 20) return (server.State, server.Master);
        }
    }
}
