using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DevOps.Server.Administration;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>What is served at which path.</summary>
/// <param name="board">Everything that the page shows.</param>
/// <param name="history">What is asked for how targets were.</param>
/// <param name="closing">Ends the streams.</param>
internal sealed class PageRoutes(MonitorBoard board, IHistorySource history, CancellationToken closing)
{
    private const int MostStreams = 512;
    private const int UsualHours = 24;
    private const int MostHours = 24 * 366;
    private const int Slices = 240;

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    private int _streams;

    /// <summary>Adds the paths.</summary>
    /// <param name="application">The application.</param>
    public void AddTo(WebApplication application)
    {
        Add(application, "/", context => PageAssets.AnswerAsync(context, PageAssets.Get("index.html")));
        foreach (var name in PageAssets.Names.Where(name => !name.EndsWith(".html", StringComparison.Ordinal))) Add(application, "/" + name, context => PageAssets.AnswerAsync(context, PageAssets.Get(name)));
        Add(application, "/events", FollowAsync);
        Add(application, "/status.json", context => AnswerAsync(context, board.Status(), BoardJson.Default.StatusAnswer));
        Add(application, "/history.json", TellAsync);
        Add(application, "/metrics", context => PrometheusText.AnswerAsync(context, HeartbeatMetrics.Of(board.Status())));
        Add(application, "/live", context => TextAsync(context, StatusCodes.Status200OK, "alive\n"));
    }

    private static void Add(WebApplication application, string path, RequestDelegate handle) => application.MapMethods(path, Reading, handle);

    private async Task FollowAsync(HttpContext context)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentType = "text/event-stream";
            return;
        }

        if (Interlocked.Increment(ref _streams) > MostStreams)
        {
            Interlocked.Decrement(ref _streams);
            await TextAsync(context, StatusCodes.Status503ServiceUnavailable, "Too many browsers follow this page already.\n");
            return;
        }

        try
        {
            // The header is what a browser sends by itself; the query is for a page that had to connect anew.
            var after = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header ? header : context.Request.Query["after"].ToString();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(closing, context.RequestAborted);
            await TypedResults.ServerSentEvents(EventStream.ReadAsync(board, after, end.Token)).ExecuteAsync(context);
        }
        catch (OperationCanceledException)
        {
            // The browser is gone, or the page closes.
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }

    private async Task TellAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var key = query["target"].ToString();
        var hours = UsualHours;
        if (query["hours"].ToString() is { Length: > 0 } given && !(int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out hours) && hours is >= 1 and <= MostHours))
        {
            await TextAsync(context, StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"hours must be a whole number from 1 to {MostHours}.\n"));
            return;
        }

        var to = board.Time.GetUtcNow();
        var from = to - TimeSpan.FromHours(hours);
        if (await history.GetAsync(key, from, to, context.RequestAborted) is not { } known)
        {
            await TextAsync(context, StatusCodes.Status404NotFound, "Nothing is known of such a target.\n");
            return;
        }

        var line = await history.LineAsync(key, from, to, Slices, context.RequestAborted);
        var latency = new HistoryLatency(BeatLine.Milliseconds(known.LatencyP50), BeatLine.Milliseconds(known.LatencyP95), BeatLine.Milliseconds(known.LatencyP99));
        var answer = new HistoryAnswer(key, known, latency, [.. line.Select(point => new HistorySlice(point.At.ToUnixTimeMilliseconds(), point.State, BeatLine.Milliseconds(point.Latency)))]);
        await AnswerAsync(context, answer, BoardJson.Default.HistoryAnswer);
    }

    private static Task AnswerAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, type, context.RequestAborted);
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
