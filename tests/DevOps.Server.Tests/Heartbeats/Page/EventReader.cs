using System.Net.ServerSentEvents;
using System.Text.Json;

namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>Reads the page's events as a browser does.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventReader(HttpResponseMessage answer, IAsyncEnumerator<SseItem<string>> events) => (_answer, _events) = (answer, events);

    public string Id { get; private set; } = string.Empty;

    public static async Task<EventReader> OpenAsync(PageBed bed, string? after = null, bool byQuery = false)
    {
        var answer = await bed.AskAsync(byQuery ? $"/events?after={after}" : "/events", change: request =>
        {
            if (after is not null && !byQuery) request.Headers.Add("Last-Event-ID", after);
        });
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        return new EventReader(answer, SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken));
    }

    /// <summary>The next event, whatever it is.</summary>
    public async Task<(string Name, JsonElement Data)> NextAsync()
    {
        Assert.True(await _events.MoveNextAsync(), "The stream ended.");
        if (_events.Current.EventId is { } id) Id = id;
        return (_events.Current.EventType, JsonDocument.Parse(_events.Current.Data).RootElement);
    }

    /// <summary>The next event that is no tick.</summary>
    public async Task<(string Name, JsonElement Data)> NextNewsAsync()
    {
        while (true)
        {
            var read = await NextAsync();
            if (read.Name != "tick") return read;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _answer.Dispose();
        await _events.DisposeAsync();
    }
}
