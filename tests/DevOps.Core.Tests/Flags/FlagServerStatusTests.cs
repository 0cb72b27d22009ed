using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Flags;

[Trait("Category", "Slow")]
public sealed class FlagServerStatusTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_are_told_with_role_link_lag_memory_and_version()
    {
        await using var trio = await RedisTrio.StartAsync();
        var server = await trio.Status.ReadAsync(RedisTrio.Name, Ct);
        Assert.Equal("node-1", server.Master);
        Assert.Equal([FeatureFlagServerRole.Master, FeatureFlagServerRole.Replica, FeatureFlagServerRole.Replica], server.Nodes.Select(node => node.Role!.Value));
        Assert.All(server.Nodes, node =>
        {
            Assert.Equal(FeatureFlagServerLink.Up, node.Link);
            Assert.NotNull(node.LagBytes);
            Assert.NotNull(node.Lag);
            Assert.True(node.Memory > 0);
            Assert.StartsWith("7.", node.Version, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_replica_that_is_killed_is_unreachable_with_a_cause_and_the_server_degraded()
    {
        await using var trio = await RedisTrio.StartAsync();
        await trio.Servers[2].KillAsync();
        var server = await trio.Status.ReadAsync(RedisTrio.Name, Ct);
        Assert.Equal(FeatureFlagServerState.Degraded, server.State);
        Assert.Equal((FeatureFlagServerLink.Unreachable, null), (server.Nodes[2].Link, server.Nodes[2].Role));
        Assert.Contains("node-3", server.Nodes[2].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_master_the_server_is_unavailable_and_its_replicas_say_what_they_have_lost()
    {
        await using var trio = await RedisTrio.StartAsync();
        await trio.Servers[0].KillAsync();
        FeatureFlagServer server = null!;
        await Eventually.IsAsync(async () => (server = await trio.Status.ReadAsync(RedisTrio.Name, Ct)).Nodes[1].Link == FeatureFlagServerLink.Down && server.Nodes[2].Link == FeatureFlagServerLink.Down);
        Assert.Equal((FeatureFlagServerState.Unavailable, null), (server.State, server.Master));
        Assert.Contains("its link to its master", server.Nodes[1].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_master_that_nobody_follows_says_that_it_takes_no_changes()
    {
        await using var trio = await RedisTrio.StartAsync();
        await trio.Servers[1].KillAsync();
        await trio.Servers[2].KillAsync();
        FeatureFlagServer server = null!;
        await Eventually.IsAsync(async () => (server = await trio.Status.ReadAsync(RedisTrio.Name, Ct)).Nodes[0].Link == FeatureFlagServerLink.Down);
        Assert.Contains("takes no changes", server.Nodes[0].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_masters_the_one_that_is_followed_counts_whatever_the_file_says()
    {
        await using var trio = await RedisTrio.StartAsync();
        await trio.Servers[2].SendAsync("REPLICAOF NO ONE");
        trio.Store.Save(trio.Store.Get(RedisTrio.Name) with { Master = "node-3" });
        var server = await trio.Status.ReadAsync(RedisTrio.Name, Ct);
        Assert.Equal("node-1", server.Master);
        Assert.Contains("takes itself for the master", server.Nodes[2].Cause, StringComparison.Ordinal);
    }
}
