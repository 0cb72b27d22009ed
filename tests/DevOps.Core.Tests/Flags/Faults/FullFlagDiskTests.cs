using DevOps.Core.Flags.Servers;
using DevOps.Core.Flags.Store;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Flags.Faults;

/// <summary>The disk of a node is full, on a real small one. Redis ends then, since it could not keep what it says; systemd starts it again, as these tests do.</summary>
[Trait("Category", "Slow")]
public sealed class FullFlagDiskTests : IAsyncLifetime
{
    private readonly SmallDisk _disk = new();
    private FlagNodes? _nodes;

    // More than what is left of any file's last page.
    private static readonly string Large = $$"""{"state":"ENABLED","variants":{"v":"{{new string('x', 64 * 1024)}}"},"defaultVariant":"v"}""";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_nodes is not null) await _nodes.DisposeAsync();
        _disk.Dispose();
    }

    [Fact]
    public async Task A_master_whose_disk_is_full_takes_no_changes_and_is_read_from()
    {
        _nodes = await FlagNodes.StartAsync(dataFolderOfMaster: _disk.Path);
        var master = _nodes.Nodes[0];
        await SetAsync("f", FlagBed.Number("f", 1));
        await using var reader = await SteadyReader.StartAsync(master, ["f"]);
        _disk.Fill();
        var failure = await Failing.WithAsync("FeatureFlagWriteUnknown", () => SetAsync("large", FlagBed.Of("large", Large)));
        Assert.Contains("disk", failure.RecommendedAction, StringComparison.Ordinal);
        await master.EndAsync();
        Assert.Equal(1, reader.Value("f"));
        await master.StartAsync();
        await _nodes.SettleAsync();
        await reader.CaughtUpAsync(1);
        await reader.CheckAsync();
        Assert.Equal(["f"], await FlagsAsync());
    }

    [Fact]
    public async Task When_there_is_room_again_changes_are_taken_again()
    {
        _nodes = await FlagNodes.StartAsync(dataFolderOfMaster: _disk.Path);
        var master = _nodes.Nodes[0];
        _disk.Fill();
        await Failing.WithAsync("FeatureFlagWriteUnknown", () => SetAsync("large", FlagBed.Of("large", Large)));
        await master.EndAsync();
        await master.StartAsync();
        await _nodes.SettleAsync();
        _disk.Free();
        Assert.Equal(2, (await SetAsync("large", FlagBed.Of("large", Large))).Acknowledged);
        Assert.Equal(["large"], await FlagsAsync());
    }

    [Fact]
    public async Task A_replica_whose_disk_is_full_holds_nobody_up_and_catches_up_later()
    {
        _nodes = await FlagNodes.StartAsync(dataFolderOfReplica: _disk.Path);
        var replica = _nodes.Nodes[2];
        _disk.Fill();
        var replicas = await SetAsync("large", FlagBed.Of("large", Large));
        Assert.Equal((2, 1), (replicas.Wanted, replicas.Acknowledged));
        await replica.EndAsync();
        _disk.Free();
        await replica.StartAsync();
        await _nodes.SettleAsync();
        Assert.Equal(["large"], await FlagsAsync());
        Assert.Equal(2, (await SetAsync("f", FlagBed.Number("f", 1))).Acknowledged);
    }

    private async Task<ReplicaAcknowledgement> SetAsync(string flag, Core.Flags.Definitions.FlagDefinition definition)
    {
        await using var connection = await _nodes!.OpenAsync(FlagServerUser.Writer);
        return (await connection.Flags.ChangeAsync(flag, _ => definition, FlagBed.Write() with { ReplicaTimeout = TimeSpan.FromSeconds(2) })).Replicas;
    }

    private async Task<IEnumerable<string>> FlagsAsync()
    {
        await using var connection = await _nodes!.OpenAsync(FlagServerUser.Reader);
        Assert.Equal(3, connection.Nodes.Count);
        var flags = await Task.WhenAll(connection.Nodes.Select(async node => string.Join(' ', (await new FlagReader(node.Database).AllAsync(isUnreadable: null)).Select(flag => flag.Record.Definition.Name))));
        return flags.Distinct(StringComparer.Ordinal);
    }
}
