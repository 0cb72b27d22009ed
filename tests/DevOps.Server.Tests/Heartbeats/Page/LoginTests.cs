using System.Net;
using System.Net.Http.Headers;
using DevOps.Server.Heartbeats.Page;

namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>Who may look when there is a token.</summary>
[Trait("Category", "Slow")]
public sealed class LoginTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/page.js")]
    [InlineData("/events")]
    [InlineData("/status.json")]
    [InlineData("/history.json?target=x")]
    [InlineData("/metrics")]
    [InlineData("/nothing")]
    public async Task Without_the_token_nothing_is_shown(string path)
    {
        await using var bed = await PageBed.OpenAsync(PageBed.Token);
        using var answer = await bed.AskAsync(path);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.DoesNotContain("itrust", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var wrong = await bed.AskAsync(path, change: request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Theory]
    [InlineData("/live")]
    [InlineData("/login")]
    [InlineData("/page.css")]
    public async Task What_tells_nothing_is_open(string path)
    {
        await using var bed = await PageBed.OpenAsync(PageBed.Token);
        using var answer = await bed.AskAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Programs_bring_the_token_in_a_header()
    {
        await using var bed = await PageBed.OpenAsync(PageBed.Token);
        using var answer = await bed.AskAsync("/status.json", change: request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", PageBed.Token));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_browser_gets_a_cookie_that_is_not_the_token()
    {
        await using var bed = await PageBed.OpenAsync(PageBed.Token);
        using var login = await LogInAsync(bed, PageBed.Token);
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (login.StatusCode, login.Headers.Location?.ToString()));
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(PageBed.Token, cookie, StringComparison.Ordinal);
        var pair = cookie.Split(';')[0];
        using var page = await bed.AskAsync("/page.js", change: request => request.Headers.Add("Cookie", pair));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var forged = await bed.AskAsync("/page.js", change: request => request.Headers.Add("Cookie", pair[..^1] + (pair[^1] == '0' ? '1' : '0')));
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
    }

    [Fact]
    public void A_cookie_holds_for_thirty_days_and_not_for_another_token()
    {
        var time = new SkippingClock();
        var cookie = new PageCookie(PageBed.Token, time);
        var value = cookie.Make();
        Assert.True(cookie.IsGood(value));
        Assert.False(new PageCookie("another", time).IsGood(value));
        foreach (var odd in new[] { null, "", ".", "a.b", "99999999999.", value + ".x", "9" + value }) Assert.False(cookie.IsGood(odd));
        time.Skip(PageCookie.Lifetime);
        Assert.False(cookie.IsGood(value));
    }

    [Fact]
    public async Task Who_guesses_must_wait_and_who_is_logged_in_need_not()
    {
        var time = new SkippingClock();
        await using var bed = await PageBed.OpenAsync(PageBed.Token, time);
        using var login = await LogInAsync(bed, PageBed.Token);
        var guesses = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => LogInAsync(bed, "wrong")));
        Assert.All(guesses, guess => Assert.Equal(HttpStatusCode.Unauthorized, guess.StatusCode));
        Assert.Contains("That is not the token.", await guesses[0].Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var late = await LogInAsync(bed, PageBed.Token);
        Assert.Equal(HttpStatusCode.TooManyRequests, late.StatusCode);
        using var header = await bed.AskAsync("/status.json", change: request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", PageBed.Token));
        Assert.Equal(HttpStatusCode.TooManyRequests, header.StatusCode);
        using var page = await bed.AskAsync("/", change: request => request.Headers.Add("Cookie", login.Headers.GetValues("Set-Cookie").Single().Split(';')[0]));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        time.Skip(TimeSpan.FromMinutes(2));
        using var again = await LogInAsync(bed, PageBed.Token);
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
    }

    [Fact]
    public async Task Forms_that_are_none_are_refused()
    {
        await using var bed = await PageBed.OpenAsync(PageBed.Token);
        foreach (var content in new HttpContent[] { new StringContent("token"), new FormUrlEncodedContent([]), new FormUrlEncodedContent([new("token", new string('x', 60_000))]) })
        {
            using var answer = await bed.AskAsync("/login", HttpMethod.Post, request => request.Content = content);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    private static Task<HttpResponseMessage> LogInAsync(PageBed bed, string token) =>
        bed.AskAsync("/login", HttpMethod.Post, request => request.Content = new FormUrlEncodedContent([new("token", token)]));
}
