namespace DevOps.Core.Balancing;

/// <summary>
/// Keeps a backend out that goes down again and again: from the fourth time within a minute on it stays out for 5 seconds,
/// and twice as long each further time, up to a minute.
/// </summary>
internal static class FlapDamping
{
    private const int Tolerated = 3;
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPenalty = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPenalty = TimeSpan.FromMinutes(1);

    /// <summary>Notes that a backend went down.</summary>
    /// <param name="downs">When it went down before; this time is added and what is long ago is forgotten.</param>
    /// <param name="now">The time.</param>
    /// <returns>For how long it must stay out; zero while it does not flap.</returns>
    public static TimeSpan WentDown(Queue<DateTimeOffset> downs, DateTimeOffset now)
    {
        while (downs.TryPeek(out var oldest) && now - oldest > Memory) downs.Dequeue();
        downs.Enqueue(now);
        if (downs.Count <= Tolerated) return TimeSpan.Zero;
        var penalty = FirstPenalty * Math.Pow(2, Math.Min(downs.Count - Tolerated - 1, 10));
        return penalty < LongestPenalty ? penalty : LongestPenalty;
    }
}
