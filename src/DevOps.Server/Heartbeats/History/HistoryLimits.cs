namespace DevOps.Server.Heartbeats.History;

/// <summary>How much of the history is kept. What is older, and the oldest when there is too much, is let go of in small bites.</summary>
/// <param name="Raw">How long each single check is kept.</param>
/// <param name="Minutes">How long each minute's number of checks and latencies are kept.</param>
/// <param name="Bytes">How large the file may be. When it is larger, the oldest single checks go first, then the oldest minutes, then the oldest changes.</param>
internal sealed record HistoryLimits(TimeSpan Raw, TimeSpan Minutes, long Bytes)
{
    /// <summary>A day of single checks and thirty days of minutes in at most 512 MB.</summary>
    public static HistoryLimits Usual { get; } = new(TimeSpan.FromDays(1), TimeSpan.FromDays(30), 512L * 1024 * 1024);

    /// <summary>How long each change of state is kept, of which uptime and incidents are made. They are few.</summary>
    public TimeSpan Changes { get; init; } = TimeSpan.FromDays(366);
}
