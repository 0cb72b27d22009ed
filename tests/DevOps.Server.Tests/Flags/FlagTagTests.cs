using System.Net;
using DevOps.Core.Tests.Hosting;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Flags;

/// <summary>How clients find out cheaply whether anything has changed.</summary>
[Trait("Category", "Slow")]
public sealed class FlagTagTests : IAsyncLifetime
{
    private const string All = "ofrep/v1/evaluate/flags";
    private const string Somebody = """{"context":{"targetingKey":"user-1"}}""";

    private readonly RunningFlagService _service = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _service.InitializeAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Who_has_the_newest_evaluation_gets_no_other()
    {
        using var response = await _service.PostAsync(All, Somebody, token: null, ("If-None-Match", await TagAsync(Somebody)));
        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task What_a_flag_comes_to_changes_the_tag()
    {
        var before = await TagAsync(Somebody);
        await _service.Bed.SetAsync("featureflag", false);
        await Eventually.IsAsync(async () => await TagAsync(Somebody) != before);
    }

    [Fact]
    public async Task A_plain_key_that_another_program_sets_changes_the_tag()
    {
        var before = await TagAsync(Somebody);
        await _service.Bed.Anybody.StringSetAsync("featureflag", "false");
        await Eventually.IsAsync(async () => await TagAsync(Somebody) != before);
    }

    [Fact]
    public async Task The_tag_is_the_same_after_a_restart()
    {
        var before = await TagAsync(Somebody);
        await _service.StopAsync();
        await _service.StartAsync();
        Assert.Equal(before, await TagAsync(Somebody));
    }

    [Fact]
    public async Task News_come_when_somebody_begins_to_follow_and_with_each_change()
    {
        using var response = await _service.GetAsync("ofrep/v1/events");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("""data: {"type":"refetchEvaluation","etag":"1"}""", await NextAsync(reader));
        await _service.Bed.SetAsync("featureflag", false);
        Assert.Equal("""data: {"type":"refetchEvaluation","etag":"2"}""", await NextAsync(reader));
    }

    private static async Task<string> NextAsync(StreamReader reader)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync(Cancellation) ?? throw new EndOfStreamException();
            if (line.StartsWith("data:", StringComparison.Ordinal)) return line;
        }
    }

    private async Task<string> TagAsync(string body)
    {
        using var response = await _service.PostAsync(All, body);
        return response.Headers.ETag!.Tag;
    }
}
