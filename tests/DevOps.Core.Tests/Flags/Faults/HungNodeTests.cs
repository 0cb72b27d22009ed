using DevOps.Core.Flags.Servers;
using DevOps.Core.Flags.Store;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using StackExchange.Redis;

namespace DevOps.Core.Tests.Flags.Faults;

/// <summary>A node that hangs: its connections stay and can be made, and nobody is answered.</summary>
[Trait("Category", "Slow")]
public sealed class HungNodeTests : IAsyncLifetime
{
    private FlagNodes _nodes = null!;

    private FlagNode Master => _nodes.Nodes[0];

    private FlagNode Replica => _nodes.Nodes[2];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _nodes = await FlagNodes.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_nodes is not null) await _nodes.DisposeAsync();
    }

    [Fact]
    public async Task A_replica_that_hangs_is_shown_as_such_and_the_others_as_they_are()
    {
        await Replica.HangAsync();
        var server = await _nodes.Status.ReadAsync(FlagNodes.Name, Ct);
        Assert.Equal((FeatureFlagServerState.Degraded, "node-1"), (server.State, server.Master));
        Assert.Equal([FeatureFlagServerLink.Up, FeatureFlagServerLink.Up, FeatureFlagServerLink.Unreachable], server.Nodes.Select(node => node.Link));
        Assert.Contains("'node-3' of feature flag server 'flags' does not answer", server.Nodes[2].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_master_that_hangs_is_shown_as_such_and_nothing_can_be_changed()
    {
        await Master.HangAsync();
        var server = await _nodes.Status.ReadAsync(FlagNodes.Name, Ct);
        Assert.Equal((FeatureFlagServerState.Unavailable, FeatureFlagServerLink.Unreachable), (server.State, server.Nodes[0].Link));
        await using var connection = await _nodes.OpenAsync(FlagServerUser.Writer);
        var failure = Failing.With("FeatureFlagServerHasNoMaster", () => _ = connection.Flags);
        Assert.Contains("node-1 cannot be reached", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_at_a_master_that_hangs_fails_and_says_so()
    {
        await using var connection = await _nodes.OpenAsync(FlagServerUser.Writer);
        await Master.HangAsync();
        await Failing.WithAsync("FeatureFlagServerUnreachable", () => connection.Flags.ChangeAsync("f", _ => FlagBed.Boolean("f", true), FlagBed.Write()));
    }

    [Fact]
    public async Task A_change_is_made_and_the_replica_that_hangs_is_named()
    {
        await Replica.HangAsync();
        await using var connection = await _nodes.OpenAsync(FlagServerUser.Writer);
        var (_, replicas) = await connection.Flags.ChangeAsync("f", _ => FlagBed.Boolean("f", true), FlagBed.Write() with { ReplicaTimeout = TimeSpan.FromSeconds(1) });
        Assert.Equal((2, 1), (replicas.Wanted, replicas.Acknowledged));
        Assert.Equal([$"127.0.0.4:{Replica.Port}"], replicas.Behind);
    }

    [Fact]
    public async Task A_change_is_made_also_when_nobody_answers_in_time_whether_replicas_have_it()
    {
        var options = FlagServerLogin.Options(System.Net.IPEndPoint.Parse($"127.0.0.1:{Master.Port}"), _nodes.Store.Get(FlagNodes.Name).LoginOf(FlagServerUser.Writer), isEncrypted: false, TimeSpan.FromSeconds(1));
        await using var impatient = await ConnectionMultiplexer.ConnectAsync(options);
        var store = new FlagStore(impatient);
        await store.ChangeAsync("f", _ => FlagBed.Boolean("f", true), FlagBed.Write());
        await Replica.HangAsync();
        var replicas = await store.RemoveAsync("f", FlagBed.Write() with { ReplicaTimeout = TimeSpan.FromSeconds(10) });
        Assert.Equal((2, 0), (replicas.Wanted, replicas.Acknowledged));
        await using var connection = await _nodes.OpenAsync(FlagServerUser.Writer);
        Assert.Null(await connection.Flags.FindAsync("f"));
    }

    [Fact]
    public async Task A_test_of_the_server_fails_for_the_replica_that_hangs_alone()
    {
        await Replica.HangAsync();
        var probes = await new FlagServerTest(_nodes.Connector).RunAsync(FlagNodes.Name, Ct);
        Assert.Equal([true, true, false], probes.Select(probe => probe.IsSuccess));
        Assert.Contains("does not answer", probes[2].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_of_a_server_whose_master_hangs_says_so()
    {
        await Master.HangAsync();
        await Failing.WithAsync("FeatureFlagServerHasNoMaster", () => new FlagServerTest(_nodes.Connector).RunAsync(FlagNodes.Name, Ct));
    }

    [Fact]
    public async Task A_reader_beside_a_node_that_hangs_goes_on_and_catches_up_when_it_does()
    {
        await using var connection = await _nodes.OpenAsync(FlagServerUser.Writer);
        await SetAsync(connection.Flags, 1);
        await using var reader = await SteadyReader.StartAsync(Replica, ["f"]);
        await Replica.HangAsync();
        await SetAsync(connection.Flags, 2);
        await Eventually.IsAsync(() => !reader.Status.IsConnected);
        Assert.Equal(1, reader.Value("f"));
        Assert.Contains("does not answer", reader.Status.Problem, StringComparison.Ordinal);
        await Replica.GoOnAsync();
        await Eventually.IsAsync(() => reader.Value("f") == 2 && reader.Status.IsConnected);
        await reader.CheckAsync();
    }

    [Fact]
    public async Task A_master_that_hung_while_another_was_made_takes_no_changes_when_it_goes_on()
    {
        await using var beside = await _nodes.OpenBesideAsync(Master, FlagServerUser.Writer);
        await SetAsync(new FlagStore(beside), 1);
        await Master.HangAsync();
        Assert.NotEqual("node-1", (await _nodes.ReplaceMasterAsync()).Master);
        await using (var connection = await _nodes.OpenAsync(FlagServerUser.Writer)) Assert.Equal(1, (await SetAsync(connection.Flags, 2)).Acknowledged);
        await Master.GoOnAsync();
        await Eventually.IsAsync(async () => (await Record.ExceptionAsync(() => SetAsync(new FlagStore(beside), 3)) as DevOpsException)?.Id == "FeatureFlagServerLacksReplicas");
        await _nodes.RepairAsync();
        await _nodes.SettleAsync();
        await using var all = await _nodes.OpenAsync(FlagServerUser.Reader);
        foreach (var node in all.Nodes) Assert.Equal(2, (await new FlagReader(node.Database).FindAsync("f"))!.Value.Record.Definition.Default!.Value.GetInt32());
    }

    private static async Task<ReplicaAcknowledgement> SetAsync(FlagStore store, int value) =>
        (await store.ChangeAsync("f", _ => FlagBed.Number("f", value), FlagBed.Write() with { ReplicaTimeout = TimeSpan.FromSeconds(1) })).Replicas;
}
