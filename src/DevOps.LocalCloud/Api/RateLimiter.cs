using System.Collections.Concurrent;

namespace DevOps.LocalCloud.Api;

/// <summary>What a token may still do.</summary>
/// <param name="Limit">Requests in any hour.</param>
/// <param name="Remaining">Requests that are left of them.</param>
/// <param name="ResetAt">When the oldest request of the hour no longer counts.</param>
/// <param name="IsRefused">Whether this request is one too many.</param>
/// <param name="RetryAfter">When to try again; only where a short window refused, as the API has it.</param>
internal sealed record RateVerdict(int Limit, int Remaining, DateTimeOffset ResetAt, bool IsRefused, TimeSpan? RetryAfter);

/// <summary>Counts requests in sliding windows: so many in any hour, so many in any minute, and key lists more rarely.</summary>
/// <param name="settings">The limits.</param>
/// <param name="time">The clock.</param>
internal sealed class RateLimiter(CloudSettings settings, TimeProvider time)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Windows> _tokens = new(StringComparer.Ordinal);

    /// <summary>Counts a request.</summary>
    /// <param name="token">Whose it is.</param>
    /// <param name="isKeyList">Whether it lists the account's keys.</param>
    /// <returns>Whether it is served, and what is left.</returns>
    public RateVerdict Count(string token, bool isKeyList)
    {
        var windows = _tokens.GetOrAdd(token, _ => new Windows());
        lock (windows)
        {
            var now = time.GetUtcNow();
            Forget(windows.Hour, now - Hour);
            Forget(windows.Minute, now - Minute);
            Forget(windows.KeyLists, now - Minute);
            if (windows.Hour.Count >= settings.RequestsPerHour) return Verdict(windows, now, isRefused: true, retryAfter: null);
            if (windows.Minute.Count >= settings.RequestsPerMinute) return Verdict(windows, now, isRefused: true, Until(windows.Minute, now));
            if (isKeyList && windows.KeyLists.Count >= settings.KeyListsPerMinute) return Verdict(windows, now, isRefused: true, Until(windows.KeyLists, now));
            windows.Hour.Enqueue(now);
            windows.Minute.Enqueue(now);
            if (isKeyList) windows.KeyLists.Enqueue(now);
            return Verdict(windows, now, isRefused: false, retryAfter: null);
        }
    }

    private static void Forget(Queue<DateTimeOffset> window, DateTimeOffset before)
    {
        while (window.TryPeek(out var oldest) && oldest <= before) window.Dequeue();
    }

    private static TimeSpan Until(Queue<DateTimeOffset> window, DateTimeOffset now) =>
        window.TryPeek(out var oldest) ? oldest + Minute - now : Minute;

    private RateVerdict Verdict(Windows windows, DateTimeOffset now, bool isRefused, TimeSpan? retryAfter)
    {
        var resetAt = (windows.Hour.TryPeek(out var oldest) ? oldest : now) + Hour;
        return new RateVerdict(settings.RequestsPerHour, settings.RequestsPerHour - windows.Hour.Count, resetAt, isRefused, retryAfter);
    }

    private sealed class Windows
    {
        public Queue<DateTimeOffset> Hour { get; } = new();

        public Queue<DateTimeOffset> Minute { get; } = new();

        public Queue<DateTimeOffset> KeyLists { get; } = new();
    }
}
