using DevOps.Core.DigitalOcean;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.State;

public sealed class ConnectionTests : IDisposable
{
    private readonly TestState _test = new();
    private readonly ConnectionStore _store;

    public ConnectionTests() => _store = new ConnectionStore(_test.State);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_wrong_token_is_refused_and_not_saved()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(401, """{"id":"unauthorized","message":"Unable to authenticate you."}"""));
        await Failing.WithAsync("ApiUnauthorized", () => new AccountConnector(_test.State).ConnectAsync("x", server.Address, "wrong", select: true, Ct));
        Assert.Empty(_store.List());
        Assert.Null(_store.Selected());
    }

    [Fact]
    public async Task A_wrong_token_does_not_replace_a_good_one()
    {
        await using var api = new FakeDigitalOcean();
        api.Connect(_test.State);
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(401, "{}"));
        await Failing.WithAsync("ApiUnauthorized", () => new AccountConnector(_test.State).ConnectAsync("fake", server.Address, "wrong", select: true, Ct));
        Assert.Equal(api.Address, _store.Get("fake").ApiUri);
    }

    [Fact]
    public async Task The_first_connection_is_selected_and_the_second_only_on_request()
    {
        await using var api = new FakeDigitalOcean();
        var connector = new AccountConnector(_test.State);
        Assert.True((await connector.ConnectAsync("one", api.Address, "t", select: false, Ct)).IsSelected);
        Assert.False((await connector.ConnectAsync("two", api.Address, "t", select: false, Ct)).IsSelected);
        Assert.True((await connector.ConnectAsync("three", api.Address, "t", select: true, Ct)).IsSelected);
        Assert.Equal("three", CloudSession.Open(_test.State, connectionName: null).Connection.Name);
        Assert.Equal("one", CloudSession.Open(_test.State, "one").Connection.Name);
    }

    [Theory]
    [InlineData("environment")]
    [InlineData("../x")]
    [InlineData("")]
    public async Task A_name_that_no_connection_can_have_is_refused_before_the_token_is_sent(string name)
    {
        await using var api = new FakeDigitalOcean();
        await Failing.WithAsync("ConnectionNameInvalid", () => new AccountConnector(_test.State).ConnectAsync(name, api.Address, "t", select: false, Ct));
        Assert.Empty(api.Requests);
    }

    [Fact]
    public void Removing_the_selected_connection_leaves_none_selected()
    {
        _store.Save(new SavedConnection("x", new Uri("https://localhost/"), "t", "", 1));
        _store.Select("x");
        _store.Remove("x");
        Assert.Null(_store.Selected());
        Failing.With("ConnectionNotFound", () => _store.Get("x"));
    }

    [Fact]
    public void A_connection_s_file_is_its_owner_s_alone_and_its_text_is_without_the_token()
    {
        var saved = new SavedConnection("x", new Uri("https://localhost/"), "dop_v1_secret", "", 1);
        _store.Save(saved);
        Assert.DoesNotContain("secret", saved.ToString(), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_test.State.PathOf("connections", "x.json")));
    }

    [Fact]
    public async Task A_lock_is_held_by_one_at_a_time()
    {
        await using (await StateLock.AcquireAsync(_test.State, ["a", "lock"], ct: Ct))
        {
            await Failing.WithAsync("StateFolderBusy", () => StateLock.AcquireAsync(_test.State, ["a", "lock"], TimeSpan.Zero, ct: Ct));
        }

        await using (await StateLock.AcquireAsync(_test.State, ["a", "lock"], TimeSpan.Zero, ct: Ct))
        {
        }
    }

    [Fact]
    public async Task Names_that_were_seen_are_offered_without_asking_again()
    {
        await using var api = new FakeDigitalOcean();
        api.Connect(_test.State);
        api.Add("web-1", "fleet:web", "managed-by:devops");
        using var session = CloudSession.Open(_test.State, connectionName: null);
        await session.Droplets.ListAsync(fleet: null, Ct);
        var asked = api.Requests.Count;
        Assert.Equal(["web"], new SeenNames(_test.State, "fake").Recall(NameKind.Fleet));
        Assert.Equal(["web-1"], new SeenNames(_test.State, "fake").Recall(NameKind.Droplet));
        Assert.Equal(asked, api.Requests.Count);
    }

    [Fact]
    public async Task Droplets_are_listed_as_people_count()
    {
        await using var api = new FakeDigitalOcean();
        api.Connect(_test.State);
        foreach (var name in (string[])["web-10", "web-2", "api-1", "web-1"]) api.Add(name, "fleet:web");
        using var session = CloudSession.Open(_test.State, connectionName: null);
        Assert.Equal(["api-1", "web-1", "web-2", "web-10"], (await session.Droplets.ListAsync("web", Ct)).Select(droplet => droplet.Name));
    }
}
