using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Evaluation;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Flags.Store;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using StackExchange.Redis;

namespace DevOps.Core.Tests.Flags.Faults;

/// <summary>The network between the master and everybody else is cut. Both sides live, and neither is told.</summary>
[Trait("Category", "Slow")]
public sealed class NetworkSplitTests : IAsyncLifetime
{
    private FlagNodes _nodes = null!;
    private IConnectionMultiplexer _besideMaster = null!;
    private FlagStore _store = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _nodes = await FlagNodes.StartAsync(hasNetworks: true);
        _besideMaster = await _nodes.OpenBesideAsync(_nodes.Nodes[0], FlagServerUser.Writer);
        _store = new FlagStore(_besideMaster);
    }

    public async ValueTask DisposeAsync()
    {
        if (_besideMaster is not null) await _besideMaster.DisposeAsync();
        if (_nodes is not null) await _nodes.DisposeAsync();
    }

    [Fact]
    public async Task A_master_that_is_cut_off_takes_no_changes()
    {
        await SetAsync("f", 1);
        _nodes.Networks[0].Cut();
        var failure = await RefusedAsync();
        Assert.Contains("Nothing was written", failure.Message, StringComparison.Ordinal);
        Assert.Contains("too few replicas are linked to its master", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Until_a_master_knows_that_it_is_cut_off_its_changes_are_said_to_have_reached_nobody()
    {
        await SetAsync("f", 1);
        _nodes.Networks[0].Cut();
        var replicas = await SetAsync("f", 2, TimeSpan.FromMilliseconds(100));
        Assert.Equal((2, 0), (replicas.Wanted, replicas.Acknowledged));
        Assert.Equal(2, replicas.Behind.Count);
    }

    [Fact]
    public async Task Readers_on_both_sides_go_on_and_agree_when_the_network_is_there_again()
    {
        await SetAsync("f", 1);
        await using var here = await SteadyReader.StartAsync(_nodes.Nodes[0], ["f"]);
        await using var there = await SteadyReader.StartAsync(_nodes.Nodes[1], ["f"]);
        _nodes.Networks[0].Cut();
        await SetAsync("f", 2, TimeSpan.FromMilliseconds(100));
        await RefusedAsync();
        Assert.Equal((2, 1), (here.Value("f"), there.Value("f")));
        _nodes.Networks[0].Heal();
        await _nodes.SettleAsync();
        await Eventually.IsAsync(() => there.Value("f") == 2);
        Assert.Equal(2, (await SetAsync("f", 3)).Acknowledged);
    }

    [Fact]
    public async Task What_was_acknowledged_on_either_side_is_kept_when_another_master_was_made_meanwhile()
    {
        await SetAsync("before", 1);
        _nodes.Networks[0].Cut();
        Assert.Equal(0, (await SetAsync("to-nobody", 1, TimeSpan.FromMilliseconds(100))).Acknowledged);
        Assert.NotEqual("node-1", (await _nodes.ReplaceMasterAsync()).Master);
        await using (var other = await _nodes.OpenAsync(FlagServerUser.Writer)) Assert.Equal(1, (await SetAsync(other.Flags, "after", 1, TimeSpan.FromSeconds(5))).Acknowledged);
        await RefusedAsync();
        _nodes.Networks[0].Heal();
        await _nodes.RepairAsync();
        await _nodes.SettleAsync();
        await using var connection = await _nodes.OpenAsync(FlagServerUser.Reader);
        foreach (var node in connection.Nodes)
        {
            Assert.Equal(["after", "before"], (await new FlagReader(node.Database).AllAsync(isUnreadable: null)).Select(flag => flag.Record.Definition.Name).Order());
        }
    }

    [Fact]
    public async Task A_master_that_comes_back_after_another_was_made_is_none()
    {
        await SetAsync("f", 1);
        _nodes.Networks[0].Cut();
        var master = (await _nodes.ReplaceMasterAsync()).Master;
        _nodes.Networks[0].Heal();
        FeatureFlagServer server = null!;
        await Eventually.IsAsync(async () => (server = await _nodes.Status.ReadAsync(FlagNodes.Name, Ct)).Nodes[0].Link == FeatureFlagServerLink.Down);
        Assert.Equal(master, server.Master);
        Assert.Contains("it takes itself for the master", server.Nodes[0].Cause, StringComparison.Ordinal);
        await RefusedAsync();
    }

    [Fact]
    public async Task A_reader_beside_a_master_that_was_replaced_has_what_the_other_one_took_instead()
    {
        await SetAsync("f", 1);
        await using var reader = await FlagClient.StartAsync(_nodes.Nodes[0].ForReaders, cancellation: Ct);
        _nodes.Networks[0].Cut();
        await _nodes.ReplaceMasterAsync();
        // Both sides make one change, so that their versions are the same and their flags are not.
        await SetAsync("f", 2, TimeSpan.FromMilliseconds(100));
        await Eventually.IsAsync(() => Value(reader) == 2);
        await using (var other = await _nodes.OpenAsync(FlagServerUser.Writer)) await SetAsync(other.Flags, "f", 3, TimeSpan.FromSeconds(5));
        _nodes.Networks[0].Heal();
        await _nodes.RepairAsync();
        await Eventually.IsAsync(() => Value(reader) == 3);
        Assert.Equal(2, reader.Status.Version);
    }

    private static int Value(FlagClient reader) => reader.Evaluate("f", FlagContext.Empty).Variant!.Value.GetInt32();

    private static async Task<ReplicaAcknowledgement> SetAsync(FlagStore store, string flag, int value, TimeSpan patience) =>
        (await store.ChangeAsync(flag, _ => FlagBed.Number(flag, value), FlagBed.Write() with { ReplicaTimeout = patience })).Replicas;

    private Task<ReplicaAcknowledgement> SetAsync(string flag, int value, TimeSpan? patience = null) => SetAsync(_store, flag, value, patience ?? TimeSpan.FromSeconds(5));

    // A master notices by the silence of its replicas, for which it has ten seconds.
    private async Task<DevOpsException> RefusedAsync()
    {
        DevOpsException? refusal = null;
        var value = 0;
        await Eventually.IsAsync(async () =>
        {
            refusal = await Record.ExceptionAsync(() => SetAsync("until-refused", value++, TimeSpan.FromMilliseconds(10))) as DevOpsException;
            return refusal?.Id == "FeatureFlagServerLacksReplicas";
        });
        return refusal!;
    }
}
