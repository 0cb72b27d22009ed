using DevOps.LocalCloud.Tests.Hosting;

namespace DevOps.LocalCloud.Tests.Api;

public sealed class RateLimitTests
{
    [Fact]
    public async Task One_request_too_many_in_a_minute_is_refused_and_says_when_to_come_back()
    {
        await using var cloud = await CloudFixture.StartAsync(settings => settings with { RequestsPerMinute = 2 });
        await cloud.GetAsync("/v2/sizes");
        cloud.Time.Advance(TimeSpan.FromSeconds(20));
        await cloud.GetAsync("/v2/sizes");
        var answer = await cloud.GetAsync("/v2/sizes");
        Assert.Equal((429, "too_many_requests", "API rate limit exceeded."), (answer.Status, answer.ErrorId, answer.ErrorMessage));
        Assert.Equal("40", answer.Header("retry-after"));
    }

    [Fact]
    public async Task The_window_slides()
    {
        await using var cloud = await CloudFixture.StartAsync(settings => settings with { RequestsPerMinute = 2 });
        await cloud.GetAsync("/v2/sizes");
        cloud.Time.Advance(TimeSpan.FromSeconds(59));
        await cloud.GetAsync("/v2/sizes");
        cloud.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await cloud.GetAsync("/v2/sizes")).Status);
        Assert.Equal(429, (await cloud.GetAsync("/v2/sizes")).Status);
    }

    [Fact]
    public async Task The_hours_limit_says_only_in_its_reset_when_to_come_back()
    {
        await using var cloud = await CloudFixture.StartAsync(settings => settings with { RequestsPerHour = 1 });
        var first = await cloud.GetAsync("/v2/sizes");
        var refused = await cloud.GetAsync("/v2/sizes");
        Assert.Equal((429, null), (refused.Status, refused.Header("retry-after")));
        Assert.Equal(cloud.Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds().ToString(), refused.Header("ratelimit-reset"));
        Assert.Equal(("1", "0"), (first.Header("ratelimit-limit"), first.Header("ratelimit-remaining")));
    }

    [Fact]
    public async Task Keys_are_listed_ten_times_a_minute_while_all_else_goes_on()
    {
        await using var cloud = await CloudFixture.StartAsync();
        for (var count = 0; count < 10; count++) Assert.Equal(200, (await cloud.GetAsync("/v2/account/keys")).Status);
        var refused = await cloud.GetAsync("/v2/account/keys");
        Assert.Equal((429, "60"), (refused.Status, refused.Header("retry-after")));
        Assert.Equal(200, (await cloud.GetAsync("/v2/account")).Status);
    }
}
