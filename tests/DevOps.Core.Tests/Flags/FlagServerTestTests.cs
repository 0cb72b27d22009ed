using DevOps.Core.Flags.Servers;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Flags;

[Trait("Category", "Slow")]
public sealed class FlagServerTestTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_timed_to_every_node()
    {
        await using var trio = await RedisTrio.StartAsync();
        var probes = await new FlagServerTest(trio.Connector).RunAsync(RedisTrio.Name, Ct);
        Assert.Equal(["node-1", "node-2", "node-3"], probes.Select(probe => probe.Node));
        Assert.All(probes, probe => Assert.True(probe is { IsSuccess: true, Elapsed: not null, Cause: null }));
    }

    [Fact]
    public async Task A_replica_that_hangs_fails_alone()
    {
        await using var trio = await RedisTrio.StartAsync();
        await trio.Servers[2].SendAsync("REPLICAOF 127.0.0.1 1");
        var probes = await new FlagServerTest(trio.Connector) { Timeout = TimeSpan.FromSeconds(2) }.RunAsync(RedisTrio.Name, Ct);
        Assert.Equal([true, true, false], probes.Select(probe => probe.IsSuccess));
        Assert.Contains("had not arrived", probes[2].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_master_without_replicas_says_why_it_takes_no_change()
    {
        await using var trio = await RedisTrio.StartAsync();
        await trio.Servers[1].KillAsync();
        await trio.Servers[2].KillAsync();
        await Eventually.IsAsync(async () => (await trio.Servers[0].SendAsync("SET key value")).StartsWith("-NOREPLICAS", StringComparison.Ordinal));
        var probes = await new FlagServerTest(trio.Connector) { Timeout = TimeSpan.FromSeconds(2) }.RunAsync(RedisTrio.Name, Ct);
        Assert.Equal("it takes no changes, since no replica follows it", probes[0].Cause);
    }
}
