using System.Collections.Concurrent;
using System.Net;

namespace DevOps.Server.Tests.Hosting;

/// <summary>What came of a load: who answered how often, and every answer that was not as it should be.</summary>
/// <param name="Served">How often each backend answered.</param>
/// <param name="Faults">What was wrong, in words.</param>
internal sealed record LoadResult(IReadOnlyDictionary<string, int> Served, IReadOnlyList<string> Faults)
{
    public int By(string backend) => Served.GetValueOrDefault(backend);
}

/// <summary>Asks a balancer many times, several requests at a time, and checks every answer.</summary>
internal static class Load
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromMilliseconds(20);

    /// <summary>Sends a number of requests.</summary>
    /// <param name="uri">Where to.</param>
    /// <param name="count">How many.</param>
    /// <param name="atOnce">How many at a time.</param>
    /// <param name="make">Makes a request; GET of the root when nothing.</param>
    public static async Task<LoadResult> RunAsync(Uri uri, int count, int atOnce = 16, Func<HttpRequestMessage>? make = null)
    {
        var left = count;
        return await WhileAsync(uri, () => Interlocked.Decrement(ref left) >= 0, atOnce, make);
    }

    /// <summary>Sends requests until a task has ended.</summary>
    /// <param name="uri">Where to.</param>
    /// <param name="end">The task.</param>
    /// <param name="atOnce">How many at a time.</param>
    /// <param name="pause">How long each user waits after an answer; not at all when nothing.</param>
    public static Task<LoadResult> UntilAsync(Uri uri, Task end, int atOnce = 16, TimeSpan pause = default) =>
        WhileAsync(uri, () => !end.IsCompleted, atOnce, make: null, pause);

    private static async Task<LoadResult> WhileAsync(Uri uri, Func<bool> goesOn, int atOnce, Func<HttpRequestMessage>? make, TimeSpan pause = default)
    {
        var served = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var faults = new ConcurrentQueue<string>();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = uri, Timeout = TimeSpan.FromSeconds(60) };
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (goesOn())
            {
                var (backend, fault) = await AskAsync(http, make?.Invoke() ?? new HttpRequestMessage(HttpMethod.Get, "/"));
                if (backend is not null) served.AddOrUpdate(backend, 1, (_, before) => before + 1);
                if (fault is not null) faults.Enqueue(fault);
                // Whoever is refused does not ask again a thousand times a second.
                var rest = fault is not null && pause < AfterFault ? AfterFault : pause;
                if (rest > TimeSpan.Zero) await Task.Delay(rest);
            }
        })));
        return new LoadResult(served, [.. faults]);
    }

    // Every answer is whole, comes from whom it says, and is a success.
    private static async Task<(string? Backend, string? Fault)> AskAsync(HttpClient http, HttpRequestMessage request)
    {
        try
        {
            using var answer = await http.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            var by = answer.Headers.TryGetValues("X-Served-By", out var values) ? values.Single() : null;
            if (answer.StatusCode != HttpStatusCode.OK) return (by, $"{(int)answer.StatusCode} {body}");
            return body == $"{by} {request.Content?.Headers.ContentLength ?? 0}" ? (by, null) : (by, $"'{body}' by {by}");
        }
        catch (HttpRequestException exception)
        {
            return (null, exception.ToString());
        }
        finally
        {
            request.Dispose();
        }
    }
}
