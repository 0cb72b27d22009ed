using System.Text.Json;
using DevOps.Core.Alerts;
using DevOps.Model;

namespace DevOps.Core.Heartbeats.Pushes;

/// <summary>Looks when a job called last. A clock that was set back does not make it called in the future.</summary>
/// <param name="calls">The calls.</param>
/// <param name="time">The clock.</param>
internal sealed class PushCheck(PushStore calls, TimeProvider time) : IHeartbeatCheck
{
    private const double GraceShare = 0.1;
    private const int LongestOrigin = 210;
    private static readonly TimeSpan ShortestGrace = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public Task<CheckResult> CheckAsync(HeartbeatTarget target, CancellationToken ct)
    {
        try
        {
            return Task.FromResult(Judge(target, calls.Last(target.Name), time.GetUtcNow()));
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new HeartbeatCheckException($"its last call cannot be read: {exception.Message}", inner: exception);
        }
    }

    /// <summary>How much later than its period a call may come.</summary>
    /// <param name="target">The target.</param>
    /// <returns>What it says itself, else a tenth of the period, and at least ten seconds.</returns>
    internal static TimeSpan GraceOf(HeartbeatTarget target)
    {
        if (target.Grace is { } own) return own;
        var share = target.Period.GetValueOrDefault() * GraceShare;
        return share > ShortestGrace ? share : ShortestGrace;
    }

    private static CheckResult Judge(HeartbeatTarget target, HeartbeatCall? call, DateTimeOffset now)
    {
        var period = target.Period.GetValueOrDefault();
        var due = period + GraceOf(target);
        var expected = $"it should be every {HeartbeatAge.Exactly(period)}";
        // A target that nobody added, such as one that was made by hand, was waited for since ever.
        if (call is null && target.AddedAt is { } added)
        {
            return AgeOf(added, now) <= due
                ? new CheckResult(HeartbeatState.Unknown, "it has not been called yet", expected)
                : CheckResult.Down($"it was never called since it was added {HeartbeatAge.At(added)}; {expected}");
        }

        if (call is null) return CheckResult.Down($"it was never called; {expected}");
        var age = AgeOf(call.At, now);
        var evidence = $"called {HeartbeatAge.Of(age)} ago{From(call)}";
        if (age > due) return CheckResult.Down($"it was not called since {HeartbeatAge.At(call.At)}; {expected}", evidence);
        return call.Outcome == HeartbeatOutcome.Failed
            ? CheckResult.Down(call.Message is null ? "the job failed" : $"the job failed: {call.Message}", evidence)
            : CheckResult.Up(call.Message is null ? evidence : $"{evidence}: {call.Message}");
    }

    private static TimeSpan AgeOf(DateTimeOffset moment, DateTimeOffset now) => moment < now ? now - moment : TimeSpan.Zero;

    private static string From(HeartbeatCall call)
    {
        var origin = (call.User, call.Host) switch
        {
            (null, null) => string.Empty,
            (null, var host) => host,
            (var user, null) => user,
            var (user, host) => $"{user}@{host}",
        };
        return origin.Length == 0 ? string.Empty : $" by {OneLine.Of(origin, LongestOrigin)}";
    }
}
