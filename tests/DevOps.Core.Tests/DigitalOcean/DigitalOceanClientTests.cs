using System.Globalization;
using System.Text.Json;
using DevOps.Core.DigitalOcean;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.DigitalOcean;

public sealed class DigitalOceanClientTests
{
    private const string Token = "dop_v1_secret0123456789";
    private const string Account = """{"account":{"uuid":"u-1","email":"someone@example.com","droplet_limit":25,"status":"active","status_message":""}}""";

    private static readonly DropletCreateRequest Create = new("itrust-1", "nyc3", "s-1vcpu-1gb", "debian-12-x64", ["aa:bb"], ["fleet:itrust"], "#cloud-config\n");

    private readonly SkippingTime _time = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_account_is_asked_for_with_the_token()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(200, Account));
        using var client = ClientOf(server.Address);
        var account = await client.GetAccountAsync(Ct);
        Assert.Equal(new ApiAccount("u-1", "someone@example.com", 25, "active", ""), account);
        var request = Assert.Single(server.Requests);
        Assert.Equal("/v2/account", request.Target);
        Assert.Equal($"Bearer {Token}", request.Headers["authorization"]);
    }

    [Fact]
    public async Task A_wrong_token_gives_the_message_and_the_request_id_of_the_API_but_never_the_token()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(401, """{"id":"unauthorized","message":"Unable to authenticate you.","request_id":"r-42"}"""));
        using var client = ClientOf(server.Address);
        var failure = await Failing.WithAsync("ApiUnauthorized", () => client.GetAccountAsync(Ct));
        Assert.Contains("Unable to authenticate you.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("r-42", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Connect-DigitalOcean", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, failure.ToString(), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(400, "ApiBadRequest", FailureKind.InvalidInput)]
    [InlineData(403, "ApiForbidden", FailureKind.Unauthorized)]
    [InlineData(404, "ApiNotFound", FailureKind.NotFound)]
    [InlineData(409, "ApiConflict", FailureKind.Conflict)]
    [InlineData(422, "ApiUnprocessable", FailureKind.InvalidInput)]
    public async Task A_refusal_has_an_id_of_its_own_and_is_not_tried_again(int status, string id, FailureKind kind)
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(status, """{"id":"x","message":"creating this/these droplet(s) will exceed your droplet limit"}"""));
        using var client = ClientOf(server.Address);
        var failure = await Failing.WithAsync(id, () => client.CreateDropletAsync(Create, Ct));
        Assert.Equal(kind, failure.Kind);
        Assert.Contains("exceed your droplet limit", failure.Message, StringComparison.Ordinal);
        Assert.Equal("itrust-1", failure.Target);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_droplet_that_is_not_there_is_an_answer()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(404, """{"id":"not_found","message":"The resource you requested could not be found."}"""));
        using var client = ClientOf(server.Address);
        Assert.Null(await client.FindDropletAsync(7, Ct));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Too_many_requests_are_sent_again_after_the_time_that_the_API_names(string method)
    {
        await using var server = LoopbackServer.InTurn(
            new ScriptedAnswer(429, """{"id":"too_many_requests","message":"API rate limit exceeded."}""", "retry-after: 17"),
            new ScriptedAnswer(200, method == "GET" ? Account : """{"ssh_key":{"id":1,"name":"n","fingerprint":"f","public_key":"k"}}"""));
        using var client = ClientOf(server.Address);
        if (method == "GET") await client.GetAccountAsync(Ct);
        else await client.CreateKeyAsync("n", "k", Ct);
        Assert.Equal([TimeSpan.FromSeconds(17)], _time.Waits);
        Assert.Equal([method, method], server.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task Without_that_time_the_end_of_the_limit_is_waited_for()
    {
        var reset = _time.GetUtcNow().AddSeconds(90).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(429, "{}", $"ratelimit-reset: {reset}"), new ScriptedAnswer(200, Account));
        using var client = ClientOf(server.Address);
        await client.GetAccountAsync(Ct);
        Assert.Equal([TimeSpan.FromSeconds(90)], _time.Waits);
    }

    [Fact]
    public async Task A_limit_that_opens_too_late_is_said_at_once()
    {
        var reset = _time.GetUtcNow().AddMinutes(50).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(429, "{}", $"ratelimit-reset: {reset}"));
        using var client = ClientOf(server.Address);
        var failure = await Failing.WithAsync("ApiRateLimited", () => client.GetAccountAsync(Ct));
        Assert.Contains("2026-01-01 00:50:00 UTC", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_time.Waits);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task What_only_reads_is_tried_again_when_the_API_fails_or_the_connection_breaks()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(503), ScriptedAnswer.Break, new ScriptedAnswer(200, Account));
        using var client = ClientOf(server.Address);
        Assert.Equal("someone@example.com", (await client.GetAccountAsync(Ct)).Email);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task An_API_that_keeps_failing_is_given_up()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(500, """{"id":"server_error","message":"Server Error"}"""));
        using var client = ClientOf(server.Address);
        await Failing.WithAsync("ApiServerError", () => client.GetAccountAsync(Ct));
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task A_creation_is_never_sent_again_when_the_API_fails()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(500));
        using var client = ClientOf(server.Address);
        var failure = await Failing.WithAsync("ApiServerError", () => client.CreateDropletAsync(Create, Ct));
        Assert.True(ApiFailures.IsAmbiguous(failure));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_creation_is_never_sent_again_when_the_connection_breaks()
    {
        await using var server = LoopbackServer.InTurn(ScriptedAnswer.Break);
        using var client = ClientOf(server.Address);
        var failure = await Failing.WithAsync("ApiConnectionBroken", () => client.CreateDropletAsync(Create, Ct));
        Assert.True(ApiFailures.IsAmbiguous(failure));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_ends_the_wait()
    {
        await using var server = LoopbackServer.InTurn(ScriptedAnswer.Silence);
        using var client = new DigitalOceanClient(ConnectionTo(server.Address), new ApiClientOptions { RequestTimeout = TimeSpan.FromMilliseconds(200) });
        await Failing.WithAsync("ApiTimeout", () => client.CreateDropletAsync(Create, Ct));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Cancellation_is_no_failure_of_the_API()
    {
        await using var server = LoopbackServer.InTurn(ScriptedAnswer.Silence);
        using var client = ClientOf(server.Address);
        using var cancel = new CancellationTokenSource();
        var asking = client.GetAccountAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task An_API_that_nobody_serves_is_unreachable_and_asked_a_few_times()
    {
        var server = LoopbackServer.InTurn(new ScriptedAnswer(200));
        var address = server.Address;
        await server.DisposeAsync();
        using var client = ClientOf(address);
        var failure = await Failing.WithAsync("ApiUnreachable", () => client.CreateDropletAsync(Create, Ct));
        Assert.False(ApiFailures.IsAmbiguous(failure));
        Assert.Contains("Start-LocalCloud", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(4, _time.Waits.Count);
    }

    [Fact]
    public async Task All_pages_are_read()
    {
        await using var server = PagedServer(450);
        using var client = ClientOf(server.Address);
        var droplets = await client.ListDropletsAsync("fleet:big", Ct);
        Assert.Equal(Enumerable.Range(1, 450).Select(id => (long)id), droplets.Select(droplet => droplet.Id));
        Assert.Equal(
            ["/v2/droplets?tag_name=fleet%3Abig&per_page=200", "/v2/droplets?page=2&per_page=200", "/v2/droplets?page=3&per_page=200"],
            server.Requests.Select(request => request.Target));
    }

    [Fact]
    public async Task A_next_page_at_another_address_is_not_asked_for()
    {
        await using var other = LoopbackServer.InTurn(new ScriptedAnswer(200, """{"droplets":[]}"""));
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(200, $$""" {"droplets":[],"links":{"pages":{"next":"{{other.Address}}v2/droplets?page=2"} } } """));
        using var client = ClientOf(server.Address);
        await Failing.WithAsync("ApiAnswerUnexpected", () => client.ListDropletsAsync(tag: null, Ct));
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Pages_that_go_in_a_circle_end()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(200, """{"droplets":[],"links":{"pages":{"next":"/v2/droplets?page=2"}}}"""));
        using var client = ClientOf(server.Address);
        await Failing.WithAsync("ApiAnswerUnexpected", () => client.ListDropletsAsync(tag: null, Ct));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var other = LoopbackServer.InTurn(new ScriptedAnswer(200, Account));
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(302, "", $"Location: {other.Address}v2/account"));
        using var client = ClientOf(server.Address);
        await Failing.WithAsync("ApiAnswerUnexpected", () => client.GetAccountAsync(Ct));
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>a proxy's page</html>")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task An_answer_that_is_not_the_API_s_is_said_to_be_so(string body)
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(200, body));
        using var client = ClientOf(server.Address);
        await Failing.WithAsync("ApiAnswerUnexpected", () => client.GetAccountAsync(Ct));
    }

    [Theory]
    [InlineData("http://api.example.com/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("https://user:word@api.example.com/")]
    [InlineData("https://api.example.com/?token=1")]
    public void An_address_that_would_leak_the_token_is_refused(string address)
    {
        var failure = Failing.With("ApiAddressInvalid", () => ClientOf(new Uri(address)).Dispose());
        Assert.DoesNotContain("word", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.digitalocean.com", "https://api.digitalocean.com/")]
    [InlineData("https://api.digitalocean.com/v2/", "https://api.digitalocean.com/")]
    [InlineData("http://localhost:8080/v2", "http://localhost:8080/")]
    public void The_version_in_an_address_is_understood(string given, string used)
    {
        using var client = ClientOf(new Uri(given));
        Assert.Equal(new Uri(used), client.Address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    public void A_token_that_cannot_be_one_is_refused_without_being_shown(string token)
    {
        var failure = Failing.With("TokenInvalid", () => new DigitalOceanClient(new SavedConnection("c", new Uri("https://localhost/"), token, "", 0)).Dispose());
        if (token.Length > 0) Assert.DoesNotContain(token, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_droplet_is_read_with_all_that_its_record_has()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(200, """
            {"droplet":{"id":3,"name":"itrust-1","memory":1024,"status":"active","created_at":"2026-01-02T03:04:05Z","region":{"slug":"nyc3"},
            "size_slug":"s-1vcpu-1gb","size":{"price_monthly":6.0},"tags":["managed-by:devops","fleet:itrust"],
            "networks":{"v4":[{"ip_address":"10.1.0.2","type":"private"},{"ip_address":"203.0.113.9","type":"public"}],"v6":[]}}}
            """));
        using var client = ClientOf(server.Address);
        var droplet = await client.FindDropletAsync(3, Ct);
        Assert.NotNull(droplet);
        Assert.Equal(("itrust-1", "itrust", DropletStatus.Active, "203.0.113.9", "10.1.0.2", "nyc3", "s-1vcpu-1gb", 6.0m, "test"),
            (droplet.Name, droplet.Fleet, droplet.Status, droplet.PublicAddress, droplet.PrivateAddress, droplet.Region, droplet.Size, droplet.MonthlyCost, droplet.Connection));
        Assert.True(droplet.IsManaged);
        Assert.False(droplet.IsProtected);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), droplet.CreatedAt);
    }

    [Theory]
    [InlineData("debian-12-x64", "\"debian-12-x64\"")]
    [InlineData("123456", "123456")]
    public async Task An_image_is_sent_by_its_slug_or_its_number(string image, string sent)
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(202, """{"droplet":{"id":3,"name":"x","status":"new","created_at":"2026-01-02T03:04:05Z","networks":{"v4":[],"v6":[]}}}"""));
        using var client = ClientOf(server.Address);
        var droplet = await client.CreateDropletAsync(Create with { Image = image }, Ct);
        Assert.Equal(DropletStatus.New, droplet.Status);
        using var body = JsonDocument.Parse(server.Requests.Single().Body);
        Assert.Equal(sent, body.RootElement.GetProperty("image").GetRawText());
        Assert.Equal(["name", "region", "size", "image", "ssh_keys", "tags", "user_data"], body.RootElement.EnumerateObject().Select(property => property.Name));
    }

    private static LoopbackServer PagedServer(int total) => new(request =>
    {
        var page = request.Target.Contains("page=2&", StringComparison.Ordinal) ? 2 : request.Target.Contains("page=3&", StringComparison.Ordinal) ? 3 : 1;
        var ids = Enumerable.Range(1, total).Skip((page - 1) * 200).Take(200);
        var droplets = string.Join(',', ids.Select(id => $$"""{"id":{{id}},"name":"big-{{id}}","status":"active","created_at":"2026-01-02T03:04:05Z"}"""));
        var links = page * 200 < total ? $$""" {"pages":{"next":"/v2/droplets?page={{page + 1}}&per_page=200"} } """ : "{}";
        return new ScriptedAnswer(200, $$"""{"droplets":[{{droplets}}],"links":{{links}},"meta":{"total":{{total}} } } """);
    });

    private static SavedConnection ConnectionTo(Uri address) => new("test", address, Token, "someone@example.com", 25);

    private DigitalOceanClient ClientOf(Uri address) =>
        new(ConnectionTo(address), new ApiClientOptions { RequestTimeout = TimeSpan.FromHours(2) }, _time);
}
