using System.Collections.Concurrent;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Operations;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using StackExchange.Redis;

namespace DevOps.Core.Tests.Flags;

[Trait("Category", "Slow")]
public sealed class FlagServerSwitchTests
{
    private readonly Progress<OperationMessage> _progress = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_named_node_becomes_master_the_others_follow_it_and_the_file_says_so()
    {
        await using var trio = await RedisTrio.StartAsync();
        var server = await SwitchAsync(trio, "node-3");
        Assert.Equal(("node-3", FeatureFlagServerState.Running), (server.Master, server.State));
        Assert.Equal(("node-3", null), (trio.Store.Get(RedisTrio.Name).Master, trio.Store.Get(RedisTrio.Name).SwitchingTo));
    }

    [Fact]
    public async Task Nothing_that_was_acknowledged_while_it_switched_is_lost()
    {
        await using var trio = await RedisTrio.StartAsync();
        var acknowledged = new ConcurrentQueue<int>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var first = new TaskCompletionSource();
        var writing = WriteAsync(trio, acknowledged, first, stop.Token);
        await first.Task.WaitAsync(Ct);
        var server = await SwitchAsync(trio, to: null);
        await stop.CancelAsync();
        await writing;
        Assert.NotEqual("node-1", server.Master);
        await using var connection = await trio.OpenAsync();
        var there = (await connection.RequireMaster().Database.SetMembersAsync("written")).Select(value => (int)value).ToHashSet();
        Assert.NotEmpty(acknowledged);
        Assert.Empty(acknowledged.Except(there));
    }

    [Fact]
    public async Task One_that_was_interrupted_after_the_hand_over_is_finished_by_the_next()
    {
        await using var trio = await RedisTrio.StartAsync();
        await using (var connection = await trio.OpenAsync())
        {
            await connection.RequireMaster().ExecuteAsync(["FAILOVER", "TO", "127.0.0.1", $"{trio.Servers[1].Port}"], Ct);
            await Eventually.IsAsync(async () => (await connection.Nodes[1].AskAsync(Ct)).Role == FeatureFlagServerRole.Master);
        }

        trio.Store.Save(trio.Store.Get(RedisTrio.Name) with { SwitchingTo = "node-2" });
        var server = await SwitchAsync(trio, to: null);
        Assert.Equal(("node-2", FeatureFlagServerState.Running), (server.Master, server.State));
        Assert.Null(trio.Store.Get(RedisTrio.Name).SwitchingTo);
    }

    [Fact]
    public async Task A_replica_that_does_not_follow_cannot_take_over()
    {
        await using var trio = await RedisTrio.StartAsync();
        await trio.Servers[2].SendAsync("REPLICAOF 127.0.0.1 1");
        await Failing.WithAsync("FeatureFlagServerReplicaNotReady", () => SwitchAsync(trio, "node-3"));
        Assert.Null(trio.Store.Get(RedisTrio.Name).SwitchingTo);
        Assert.Equal("node-1", (await trio.Status.ReadAsync(RedisTrio.Name, Ct)).Master);
    }

    [Fact]
    public async Task A_lost_master_is_replaced_only_when_that_is_asked_for()
    {
        await using var trio = await RedisTrio.StartAsync();
        await trio.Servers[0].KillAsync();
        await Failing.WithAsync("FeatureFlagServerHasNoMaster", () => SwitchAsync(trio, to: null));
        var server = await SwitchAsync(trio, to: null, isForced: true);
        Assert.NotNull(server.Master);
        Assert.Equal(FeatureFlagServerLink.Unreachable, server.Nodes[0].Link);
        Assert.All(server.Nodes.Skip(1), node => Assert.Equal(FeatureFlagServerLink.Up, node.Link));
    }

    [Fact]
    public async Task A_node_that_there_is_not_is_named_with_those_that_there_are()
    {
        await using var trio = await RedisTrio.StartAsync();
        var failure = await Failing.WithAsync("FeatureFlagServerNodeNotFound", () => SwitchAsync(trio, "node-9"));
        Assert.Contains("node-1, node-2, node-3", failure.RecommendedAction, StringComparison.Ordinal);
    }

    private static async Task WriteAsync(RedisTrio trio, ConcurrentQueue<int> acknowledged, TaskCompletionSource first, CancellationToken stop)
    {
        await using var connection = await trio.OpenAsync();
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var node = connection.Nodes[number % connection.Nodes.Count];
            try
            {
                await node.Database.SetAddAsync("written", number);
                if ((int)await node.Database.ExecuteAsync("WAIT", 1, 5_000) >= 1) acknowledged.Enqueue(number);
                first.TrySetResult();
            }
            catch (Exception exception) when (exception is RedisException or RedisTimeoutException)
            {
                // A replica takes no changes, nor does a master that is handing over: nothing was acknowledged.
            }
        }
    }

    private Task<FeatureFlagServer> SwitchAsync(RedisTrio trio, string? to, bool isForced = false) =>
        new FlagServerSwitch(trio.Connector, trio.Store).RunAsync(RedisTrio.Name, to, isForced, _progress, Ct);
}
