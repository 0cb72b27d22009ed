using System.Net;
using System.Text.Json;
using DevOps.Core.Flags.Evaluation;
using DevOps.Core.Tests.Flags;
using DevOps.Core.Tests.Hosting;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Flags;

/// <summary>What applications are answered, by one service that all of these tests ask.</summary>
public sealed class FlagAnswerTests(RunningFlagService service) : IClassFixture<RunningFlagService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flag_is_asked_for_by_its_name()
    {
        Assert.Equal("""{"featureflag":true}""", await service.TextAsync("featureflag"));
    }

    [Theory]
    [InlineData("a flag with spaces")]
    [InlineData("slashes/and?questions#100%")]
    [InlineData("ünïcödé-旗")]
    [InlineData("quote\"brace{")]
    public async Task Any_name_can_be_asked_for(string name)
    {
        await SetAsync(name, true);
        Assert.True(JsonElement.Parse(await service.TextAsync(Uri.EscapeDataString(name))).GetProperty(name).GetBoolean());
    }

    [Fact]
    public async Task A_change_is_answered_without_a_restart()
    {
        await SetAsync("changing", false);
        await service.Bed.SetAsync("changing", true);
        await Eventually.IsAsync(async () => await service.TextAsync("changing") == """{"changing":true}""");
    }

    [Fact]
    public async Task The_query_says_whom_it_is_for()
    {
        await SetAsync("half", """{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"off","targeting":{"fractional":[["on",50],["off",50]]}}""");
        var flag = new CompiledFlag((await service.Bed.Store.FindAsync("half"))!.Definition);
        foreach (var user in Enumerable.Range(0, 20).Select(number => $"user-{number}"))
        {
            var expected = flag.Evaluate(FlagContext.Of(user)).Variant!.Value.GetBoolean();
            Assert.Equal(expected, JsonElement.Parse(await service.TextAsync($"half?targetingKey={user}")).GetProperty("half").GetBoolean());
        }
    }

    [Fact]
    public async Task A_flag_that_is_not_there_is_not_found()
    {
        using var response = await service.GetAsync("nothing");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("""{"key":"nothing","errorCode":"FLAG_NOT_FOUND","errorDetails":"There is no flag 'nothing'."}""", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_disabled_flag_has_no_value()
    {
        await SetAsync("off-duty", """{"state":"DISABLED","variants":{"on":true,"off":false},"defaultVariant":"on"}""");
        Assert.Equal("""{"off-duty":null}""", await service.TextAsync("off-duty"));
    }

    [Fact]
    public async Task A_disabled_flag_is_none_for_clients_of_OFREP_so_that_they_use_their_own_default()
    {
        await SetAsync("resting", """{"state":"DISABLED","variants":{"on":true,"off":false},"defaultVariant":"on"}""");
        using var response = await service.PostAsync("ofrep/v1/evaluate/flags/resting");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("""{"key":"resting","errorCode":"FLAG_NOT_FOUND","errorDetails":"Flag 'resting' is disabled."}""", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task One_flag_is_evaluated_in_a_context()
    {
        await SetAsync("colour", """{"state":"ENABLED","variants":{"red":"red","blue":"blue"},"defaultVariant":"red","targeting":{"if":[{"==":[{"var":"country"},"NO"]},"blue",null]}}""");
        var version = (await service.Bed.Store.FindAsync("colour"))!.Version;
        Assert.Equal(
            $$$"""{"key":"colour","value":"blue","reason":"TARGETING_MATCH","variant":"blue","metadata":{"version":{{{version}}}}}""",
            (await service.EvaluateAsync("colour", """{"context":{"targetingKey":"u","country":"NO"}}""")).GetRawText());
        Assert.Equal("DEFAULT", (await service.EvaluateAsync("colour", """{"context":{"country":"SE"}}""")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Objects_and_numbers_come_as_they_are()
    {
        await SetAsync("limits", """{"state":"ENABLED","variants":{"low":{"rate":1.50,"tags":["a",null]},"high":{}},"defaultVariant":"low"}""");
        Assert.Equal("""{"rate":1.50,"tags":["a",null]}""", (await service.EvaluateAsync("limits")).GetProperty("value").GetRawText());
    }

    [Fact]
    public async Task All_flags_are_evaluated_at_once()
    {
        await SetAsync("one-of-all", true);
        var all = await service.EvaluateAsync(null);
        var flag = Assert.Single(all.GetProperty("flags").EnumerateArray(), flag => flag.GetProperty("key").GetString() == "one-of-all");
        Assert.True(flag.GetProperty("value").GetBoolean());
        Assert.Equal("/ofrep/v1/events", all.GetProperty("eventStreams")[0].GetProperty("endpoint").GetProperty("requestUri").GetString());
    }

    [Theory]
    [InlineData("{", "PARSE_ERROR")]
    [InlineData("[]", "PARSE_ERROR")]
    [InlineData("""{"context":[]}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":"user-1"}""", "INVALID_CONTEXT")]
    public async Task A_request_that_cannot_be_read_is_told_so(string body, string code)
    {
        using var response = await service.PostAsync("ofrep/v1/evaluate/flags/featureflag", body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancellation)).GetProperty("errorCode").GetString());
    }

    [Fact]
    public async Task A_request_that_is_too_long_is_refused()
    {
        using var response = await service.PostAsync("ofrep/v1/evaluate/flags", new string(' ', 70_000));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData("GET", "ofrep/v1/evaluate/flags", "POST, OPTIONS")]
    [InlineData("DELETE", "featureflag", "GET, HEAD, OPTIONS")]
    [InlineData("POST", "health", "GET, HEAD, OPTIONS")]
    public async Task Who_asks_in_another_way_is_told_how(string method, string path, string allowed)
    {
        using var response = await service.SendAsync(new HttpMethod(method), path, body: null, token: null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
    }

    [Fact]
    public async Task Under_a_strangers_name_nobody_is_here()
    {
        using var response = await service.GetAsync("featureflag", token: null, ("Host", "attacker.example"));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Figures_tell_what_was_asked()
    {
        await service.TextAsync("featureflag");
        var text = await service.TextAsync("metrics");
        Assert.Matches("""devops_flags_requests_total\{server="flags",node="localhost",application="local",kind="plain"\} [1-9]""", text);
        Assert.Contains("""devops_flags_up_to_date{server="flags",node="localhost"} 1""", text, StringComparison.Ordinal);
    }

    private Task SetAsync(string name, bool value) => SetAsync(name, $$"""{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"{{(value ? "on" : "off")}}"}""");

    private async Task SetAsync(string name, string definition)
    {
        var flag = (await service.Bed.Store.ChangeAsync(name, _ => FlagBed.Of(name, definition), FlagBed.Write())).Flag;
        await Eventually.IsAsync(async () => (await service.DescribeAsync()).Version >= flag.Version);
    }
}
