using DevOps.Core.Flags.Servers;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Flags;

[Trait("Category", "Slow")]
public sealed class FlagServerNamingTests : IDisposable
{
    private readonly TestState _state = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task Through_the_address_of_any_node_the_others_are_found()
    {
        await using var trio = await RedisTrio.StartAsync();
        var name = await new FlagServerNaming(_state.State).ConnectAsync("there", trio.Servers[2].Uri, login: null, Ct);
        await using var connection = await new FlagServerConnector(_state.State).OpenAsync(name: null, FlagServerUser.Reader, Ct);
        Assert.Equal("there", name);
        Assert.Equal(3, connection.Nodes.Count);
        Assert.Equal($"127.0.0.1:{trio.Servers[0].Port}", connection.RequireMaster().Name);
    }

    [Fact]
    public async Task A_node_that_is_named_by_its_host_name_counts_once()
    {
        await using var server = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{server.Port}");
        await Eventually.IsAsync(async () => (await server.SendAsync("WAIT 1 100")) == ":1");
        await new FlagServerNaming(_state.State).ConnectAsync("there", new Uri($"redis://localhost:{server.Port}"), login: null, Ct);
        await using var connection = await new FlagServerConnector(_state.State).OpenAsync("there", FlagServerUser.Reader, Ct);
        Assert.Equal(2, connection.Nodes.Count);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_not_saved()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "right");
        var naming = new FlagServerNaming(_state.State);
        var failure = await Failing.WithAsync("FeatureFlagServerLoginRefused", () => naming.ConnectAsync("there", server.Uri, new SavedFlagServerLogin("default", "wrong-one"), Ct));
        Assert.DoesNotContain("wrong-one", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(new FlagServerStore(_state.State).Names());
        await naming.ConnectAsync("there", server.Uri, new SavedFlagServerLogin("default", "right"), Ct);
        Assert.Equal(["there"], new FlagServerStore(_state.State).Names());
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_refused() =>
        await Failing.WithAsync("FeatureFlagServerUnreachable", () => new FlagServerNaming(_state.State).ConnectAsync("there", new Uri("redis://127.0.0.1:1"), login: null, Ct));

    [Theory]
    [InlineData("http://127.0.0.1:6379")]
    [InlineData("redis://user:secret@127.0.0.1:6379")]
    [InlineData("redis://127.0.0.1:6379/3")]
    public async Task What_is_no_plain_address_of_a_redis_server_is_refused_without_repeating_a_password(string address)
    {
        var failure = await Failing.WithAsync("FeatureFlagServerAddressInvalid", () => new FlagServerNaming(_state.State).ConnectAsync("there", new Uri(address), login: null, Ct));
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }
}
