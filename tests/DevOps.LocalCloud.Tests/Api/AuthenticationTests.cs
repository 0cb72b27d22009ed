using DevOps.LocalCloud.Tests.Hosting;

namespace DevOps.LocalCloud.Tests.Api;

public sealed class AuthenticationTests
{
    [Fact]
    public async Task A_request_without_a_token_is_refused_in_the_APIs_words()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Token = null;
        var answer = await cloud.GetAsync("/v2/account");
        Assert.Equal((401, "unauthorized", "Unable to authenticate you."), (answer.Status, answer.ErrorId, answer.ErrorMessage));
    }

    [Fact]
    public async Task A_wrong_token_is_refused()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Token = "dop_v1_wrong";
        Assert.Equal(401, (await cloud.GetAsync("/v2/account")).Status);
    }

    [Fact]
    public async Task A_stranger_does_not_use_up_the_tokens_requests()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var token = cloud.Token;
        cloud.Token = "dop_v1_wrong";
        await cloud.GetAsync("/v2/account");
        cloud.Token = token;
        Assert.Equal("4999", (await cloud.GetAsync("/v2/account")).Header("ratelimit-remaining"));
    }

    [Fact]
    public async Task An_error_bears_the_id_of_its_request()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var answer = await cloud.GetAsync("/v2/nothing");
        Assert.Equal(answer.Header("x-request-id"), answer.Body!["request_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_unknown_path_is_not_found()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var answer = await cloud.GetAsync("/v2/nothing");
        Assert.Equal((404, "not_found"), (answer.Status, answer.ErrorId));
    }

    [Fact]
    public async Task The_account_shows_its_limit_and_that_it_is_active()
    {
        await using var cloud = await CloudFixture.StartAsync(settings => settings with { DropletLimit = 7 });
        var account = (await cloud.GetAsync("/v2/account")).Body!["account"]!;
        Assert.Equal((7, "active"), (account["droplet_limit"]!.GetValue<int>(), account["status"]!.GetValue<string>()));
    }
}
