using System.Net;
using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Core.Flags.Servers;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Flags;

[Trait("Category", "Slow")]
public sealed class FeatureFlagServerCommandTests : IAsyncLifetime
{
    private readonly CmdletSession _session = new();
    private RedisServer _master = null!;
    private RedisServer _replica = null!;

    private FlagServerStore Store => new(StateFolder.Open(_session.StateFolder));

    public async ValueTask InitializeAsync()
    {
        _master = await RedisServer.StartAsync("--requirepass", "secret-1", "--masterauth", "secret-1", "--repl-diskless-sync-delay", "0");
        _replica = await RedisServer.StartAsync("--requirepass", "secret-1", "--masterauth", "secret-1", "--replicaof", "127.0.0.1", $"{_master.Port}");
        await Eventually.IsAsync(async () => (await _master.SendAsync("WAIT 1 100", login: "secret-1")) == ":1");
    }

    public async ValueTask DisposeAsync()
    {
        await _master.DisposeAsync();
        await _replica.DisposeAsync();
        _session.Dispose();
    }

    [Fact]
    public void A_server_is_named_by_its_address_selected_and_its_password_never_shown()
    {
        var result = Connect();
        var server = result.One<FeatureFlagServer>();
        Assert.Equal(("shop", $"127.0.0.1:{_master.Port}", true), (server.Name, server.Master, server.IsSelected));
        Assert.Equal(2, server.Nodes.Count);
        Assert.DoesNotContain(result.Verbose.Concat(result.Information), line => line.Contains("secret-1", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_may_have_wildcards_and_an_exact_one_that_is_missing_is_an_error()
    {
        Connect();
        Assert.Equal("shop", _session.Invoke("Get-FeatureFlagServer s*").One<FeatureFlagServer>().Name);
        Assert.Empty(_session.Invoke("Get-FeatureFlagServer x*").ErrorIds);
        Assert.Equal(["FeatureFlagServerNotFound"], _session.Invoke("Get-FeatureFlagServer nobody").ErrorIds);
    }

    [Fact]
    public void A_probe_gives_a_result_a_node()
    {
        Connect();
        Assert.Equal([true, true], _session.Invoke("Test-FeatureFlagServer").Objects<FeatureFlagServerProbe>().Select(probe => probe.IsSuccess));
    }

    [Fact]
    public void A_switch_is_rehearsed_with_WhatIf_and_changes_nothing()
    {
        Connect();
        Assert.Empty(_session.Invoke("Switch-FeatureFlagServer shop -WhatIf").ErrorIds);
        Assert.Contains(_session.Host.Lines, line => line.Contains($"Make 127.0.0.1:{_replica.Port} the master in place of 127.0.0.1:{_master.Port}", StringComparison.Ordinal));
        Assert.Equal($"127.0.0.1:{_master.Port}", _session.Invoke("Get-FeatureFlagServer shop").One<FeatureFlagServer>().Master);
    }

    [Fact]
    public void A_switch_shows_the_server_as_it_is_then()
    {
        Connect();
        Assert.Equal($"127.0.0.1:{_replica.Port}", _session.Invoke("Switch-FeatureFlagServer").One<FeatureFlagServer>().Master);
    }

    [Fact]
    public void What_was_only_named_is_not_uninstalled_but_forgotten()
    {
        Connect();
        Assert.Equal(["FeatureFlagServerNotInstalled"], _session.Invoke("Uninstall-FeatureFlagServer shop -Confirm:$false").ErrorIds);
        Assert.Empty(_session.Invoke("Disconnect-FeatureFlagServer shop").ErrorIds);
        Assert.Empty(Store.Names());
    }

    [Fact]
    public void A_server_on_a_fleet_is_selected_by_its_fleet()
    {
        Store.Save(new SavedFlagServer("one") { Fleet = "flags" });
        Store.Save(new SavedFlagServer("two") { Fleet = "others" });
        Assert.Equal(["NoConnection"], _session.Invoke("Connect-FeatureFlagServer flags").ErrorIds);
        Assert.Equal("one", Store.Selected());
        Assert.Equal(["FeatureFlagServerNotFound"], _session.Invoke("Connect-FeatureFlagServer nothing").ErrorIds);
    }

    private CmdletResult Connect() => _session.Invoke(
        "Connect-FeatureFlagServer -Uri $uri -Credential $credential -Name shop -Verbose",
        ("uri", _replica.Uri),
        ("credential", new System.Management.Automation.PSCredential("default", new NetworkCredential(string.Empty, "secret-1").SecurePassword)));
}
