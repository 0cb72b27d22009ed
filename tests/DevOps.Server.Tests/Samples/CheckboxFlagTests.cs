using DevOps.Core.Tests.Hosting;

namespace DevOps.Server.Tests.Samples;

/// <summary>How checkbox.io follows the feature flag that renames it.</summary>
[Trait("Category", "Slow")]
public sealed class CheckboxFlagTests
{
    private const string IsLost = "The feature flag service does not answer";
    private const string IsBack = "The feature flag service answers again.";

    /// <summary>Answers that say nothing about the flag.</summary>
    public static TheoryData<int, string> Nonsense { get; } = new()
    {
        { 500, """{"featureflag":false}""" },
        { 401, """{"featureflag":false}""" },
        { 302, """{"featureflag":false}""" },
        { 200, "" },
        { 200, "<html>" },
        { 200, "null" },
        { 200, "{}" },
        { 503, """{"errorDetails":"Nothing is known of flags yet."}""" },
        { 200, """{"featureflag":"false"}""" },
        { 200, """{"another":false}""" },
        { 0, "" },
    };

    [Fact]
    public async Task Without_a_service_the_flag_is_off_and_nothing_is_said_about_it()
    {
        await using var app = await CheckboxApp.StartAsync(("FLAGS_ADDRESSES", string.Empty), ("FLAGS_PORT", string.Empty), ("FLAGS_TOKEN", string.Empty));
        Assert.Equal("""{"featureflag":false}""", await app.FlagAsync());
        Assert.Contains("<title>checkbox.io</title>", await app.PageAsync(), StringComparison.Ordinal);
        Assert.Single(app.Log);
    }

    [Fact]
    public async Task While_the_flag_is_on_the_page_reads_feature_io_everywhere()
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.On);
        await using var app = await flags.StartAppAsync();
        await app.SaysAsync(isOn: true);
        var page = await app.PageAsync();
        Assert.Contains("<title>feature.io</title>", page, StringComparison.Ordinal);
        Assert.Contains("feature.io</span></h1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("checkbox.io", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_called_the_same_whatever_the_flag_says()
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.On);
        await using var app = await flags.StartAppAsync();
        await app.SaysAsync(isOn: true);
        Assert.StartsWith("healthy: checkbox.io ", await app.HealthAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flag_that_is_turned_on_and_off_renames_the_page_without_a_restart()
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.Off);
        await using var app = await flags.StartAppAsync();
        Assert.DoesNotContain("feature.io", await app.PageAsync(), StringComparison.Ordinal);
        flags.Answer = CheckboxFlags.On;
        await app.SaysAsync(isOn: true);
        Assert.DoesNotContain("checkbox.io", await app.PageAsync(), StringComparison.Ordinal);
        flags.Answer = CheckboxFlags.Off;
        await app.SaysAsync(isOn: false);
        Assert.DoesNotContain("feature.io", await app.PageAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, """{"errorDetails":"There is no flag 'featureflag'."}""")]
    [InlineData(200, """{"featureflag":null}""")]
    public async Task A_flag_that_is_removed_or_disabled_is_off(int status, string body)
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.On);
        await using var app = await flags.StartAppAsync();
        await app.SaysAsync(isOn: true);
        flags.Answer = new ScriptedAnswer(status, body);
        await app.SaysAsync(isOn: false);
    }

    [Fact]
    public async Task What_it_says_of_the_flag_is_json_that_nobody_keeps()
    {
        await using var app = await CheckboxApp.StartAsync();
        using var answer = await app.AskForFlagAsync();
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task The_service_is_asked_for_the_flag_by_name_and_with_the_token()
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.Off);
        await using var app = await flags.StartAppAsync(variables: ("FLAGS_TOKEN", "correct-horse"));
        await flags.HasBeenAskedAsync();
        var request = flags.Node.Requests[0];
        Assert.Equal(("GET", "/featureflag"), (request.Method, request.Target));
        Assert.Equal("Bearer correct-horse", request.Headers["authorization"]);
    }

    [Fact]
    public async Task Without_a_token_the_service_is_asked_without_one()
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.Off);
        await using var app = await flags.StartAppAsync();
        await flags.HasBeenAskedAsync();
        Assert.DoesNotContain("authorization", flags.Node.Requests[0].Headers);
    }

    [Fact]
    public async Task A_node_that_cannot_be_reached_is_passed_over()
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.On);
        await using var app = await flags.StartAppAsync("127.0.0.2, 127.0.0.1");
        await app.SaysAsync(isOn: true);
    }

    [Fact]
    public async Task A_node_that_says_nothing_is_passed_over_and_not_waited_for_again_while_another_answers()
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.On);
        await using var silent = flags.AddNode("127.0.0.2", ScriptedAnswer.Silence);
        await using var app = await flags.StartAppAsync("127.0.0.2,127.0.0.1");
        await app.SaysAsync(isOn: true);
        await flags.IsAskedAsync(times: 3);
        Assert.True(silent.Requests.Count < flags.Node.Requests.Count);
    }

    [Fact]
    public async Task Pages_do_not_wait_for_a_service_that_says_nothing()
    {
        await using var flags = new CheckboxFlags(ScriptedAnswer.Silence);
        await using var app = await flags.StartAppAsync();
        await flags.HasBeenAskedAsync();
        Assert.Contains("<title>checkbox.io</title>", await app.PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_away_for_a_while_changes_nothing_and_is_told_once_when_it_goes_and_once_when_it_comes()
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.On);
        await using var app = await flags.StartAppAsync();
        await app.SaysAsync(isOn: true);
        flags.Answer = ScriptedAnswer.Break;
        await app.WritesAsync(IsLost);
        await flags.IsAskedAsync(times: 3);
        await app.SaysAsync(isOn: true);
        Assert.Equal(0, app.Count(IsBack));
        flags.Answer = CheckboxFlags.Off;
        await app.WritesAsync(IsBack);
        await app.SaysAsync(isOn: false);
        await flags.IsAskedAsync(times: 2);
        Assert.Equal((1, 1), (app.Count(IsLost), app.Count(IsBack)));
    }

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task An_answer_that_says_nothing_of_the_flag_changes_nothing(int status, string body)
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.On);
        await using var app = await flags.StartAppAsync();
        await app.SaysAsync(isOn: true);
        flags.Answer = new ScriptedAnswer(status, body, "Location: /other");
        await app.WritesAsync(IsLost);
        await app.SaysAsync(isOn: true);
        Assert.DoesNotContain(flags.Node.Requests, request => request.Target != "/featureflag");
    }

    [Theory]
    [InlineData("FLAGS_PORT", "http")]
    [InlineData("FLAGS_PORT", "99999")]
    [InlineData("FLAGS_TOKEN", "zwei\nZeilen")]
    [InlineData("FLAGS_ADDRESSES", "not an address")]
    [InlineData("FLAGS_ADDRESSES", "::1")]
    public async Task Settings_that_lead_nowhere_are_told_and_pages_come_all_the_same(string name, string value)
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.On);
        await using var app = await flags.StartAppAsync(variables: (name, value));
        await app.WritesAsync(IsLost);
        Assert.Contains("<title>checkbox.io</title>", await app.PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_says_of_a_service_that_does_not_answer_keeps_the_token_to_itself()
    {
        await using var flags = new CheckboxFlags(new ScriptedAnswer(401));
        await using var app = await flags.StartAppAsync(variables: ("FLAGS_TOKEN", "correct-horse"));
        await app.WritesAsync($"{IsLost} (127.0.0.1: status 401): featureflag stays off.");
        Assert.Equal(0, app.Count("correct-horse"));
    }

    [Fact]
    public async Task A_service_that_says_nothing_keeps_the_process_from_nothing_when_it_is_to_end()
    {
        await using var flags = new CheckboxFlags(ScriptedAnswer.Silence);
        await using var app = await flags.StartAppAsync();
        Assert.Equal(0, await app.EndAsync());
    }
}
