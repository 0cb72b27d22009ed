using System.Net;
using System.Text.Json;
using DevOps.Core;
using DevOps.Core.Flags.Service;
using DevOps.Core.Tests.Hosting;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Flags;

/// <summary>Whom the service answers.</summary>
[Trait("Category", "Slow")]
public sealed class FlagAccessTests : IAsyncLifetime
{
    private readonly RunningFlagService _service = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _service.InitializeAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Once_an_application_has_a_token_nobody_is_answered_without_one()
    {
        var token = await _service.AdmitAsync("checkbox");
        await Eventually.IsAsync(async () => await StatusAsync(null) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(token));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(token + "x"));
    }

    [Fact]
    public async Task A_token_may_come_as_a_key()
    {
        var token = await _service.AdmitAsync("checkbox");
        await Eventually.IsAsync(async () =>
        {
            using var response = await _service.GetAsync("metrics", token: null, ("X-API-Key", token));
            return (await response.Content.ReadAsStringAsync(Cancellation)).Contains("""application="checkbox",kind="metrics"} 1""", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_token_that_is_taken_away_opens_nothing_any_more()
    {
        var kept = await _service.AdmitAsync("kept");
        var token = await _service.AdmitAsync("checkbox");
        await Eventually.IsAsync(async () => await StatusAsync(token) == HttpStatusCode.OK);
        await _service.Control.RemoveTokenAsync(RunningFlagService.Server, "checkbox", _service, Cancellation);
        await Eventually.IsAsync(async () => await StatusAsync(token) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(kept));
    }

    [Fact]
    public async Task How_the_service_is_everybody_may_know()
    {
        await _service.AdmitAsync("checkbox");
        await Eventually.IsAsync(async () => await StatusAsync(null) == HttpStatusCode.Unauthorized);
        Assert.Contains("\"state\":\"Running\"", await _service.TextAsync("health"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_follows_the_news_with_the_address_that_it_is_given()
    {
        var token = await _service.AdmitAsync("web");
        await Eventually.IsAsync(async () => await StatusAsync(null) == HttpStatusCode.Unauthorized);
        using var all = await _service.PostAsync("ofrep/v1/evaluate/flags", body: null, token);
        var path = JsonElement.Parse(await all.Content.ReadAsStringAsync(Cancellation)).GetProperty("eventStreams")[0].GetProperty("endpoint").GetProperty("requestUri").GetString()!;
        Assert.DoesNotContain(token, path, StringComparison.Ordinal);
        using var followed = await _service.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, followed.StatusCode);
        using var refused = await _service.GetAsync(path[..^1] + "-");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Who_follows_the_news_is_told_no_more_once_its_token_is_taken_away()
    {
        await _service.AdmitAsync("kept");
        var token = await _service.AdmitAsync("web");
        await Eventually.IsAsync(async () => await StatusAsync(token) == HttpStatusCode.OK && await StatusAsync(null) == HttpStatusCode.Unauthorized);
        using var followed = await _service.GetAsync("ofrep/v1/events", token);
        using var reader = new StreamReader(await followed.Content.ReadAsStreamAsync(Cancellation));
        await _service.Control.RemoveTokenAsync(RunningFlagService.Server, "web", _service, Cancellation);
        await Eventually.IsAsync(async () => await StatusAsync(token) == HttpStatusCode.Unauthorized);
        await _service.Bed.SetAsync("featureflag", false);
        var told = await reader.ReadToEndAsync(Cancellation);
        Assert.DoesNotContain("\"etag\":\"2\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_kept_as_a_hash_and_nowhere_in_the_clear()
    {
        var token = await _service.AdmitAsync("checkbox");
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(_service.Files.LogFile))!;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".sock", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain(token, await File.ReadAllTextAsync(file, Cancellation), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pages_of_an_allowed_origin_may_ask()
    {
        await _service.StartAsync(new FlagServiceChanges { AllowedOrigins = ["https://shop.example"] });
        await Eventually.IsAsync(async () => await AllowedForAsync("https://shop.example") == "https://shop.example");
        Assert.Null(await AllowedForAsync("https://other.example"));
    }

    [Theory]
    [InlineData("shop.example")]
    [InlineData("https://shop.example/")]
    [InlineData("*")]
    [InlineData("ftp://shop.example")]
    public async Task What_is_no_origin_is_refused(string origin)
    {
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => _service.StartAsync(new FlagServiceChanges { AllowedOrigins = [origin] }));
        Assert.Equal("OriginInvalid", failure.Id);
    }

    private async Task<string?> AllowedForAsync(string origin)
    {
        using var response = await _service.SendAsync(HttpMethod.Options, "ofrep/v1/evaluate/flags", body: null, token: null, ("Origin", origin), ("Access-Control-Request-Method", "POST"));
        return response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null;
    }

    private async Task<HttpStatusCode> StatusAsync(string? token)
    {
        using var response = await _service.GetAsync("featureflag", token);
        return response.StatusCode;
    }
}
