namespace DevOps.Core.Alerts;

/// <summary>How patient a dispatcher is.</summary>
internal sealed record AlertTiming
{
    /// <summary>About how long it waits after the first failed attempt; it doubles from attempt to attempt.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>About how long it waits at most between two attempts.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long it waits at most when a destination asks it to.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>After how long an alert is given up.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How often it looks for what processes left behind that died.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it leaves an alert alone that another process has in hand.</summary>
    public TimeSpan BusyPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long writing down what was raised may take at the end.</summary>
    public TimeSpan SpoolPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many alerts may wait to be written down.</summary>
    public int QueueLength { get; init; } = 10_000;

    /// <summary>
    /// How long to wait after a failed attempt: exponential, with "equal jitter" (half of it fixed, half by chance), so that
    /// not all that failed together come back together. See "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    /// </summary>
    /// <param name="attempts">How many attempts have failed, from 1.</param>
    /// <param name="chance">From 0 to 1.</param>
    /// <returns>The pause.</returns>
    public TimeSpan PauseAfter(int attempts, double chance)
    {
        var whole = Math.Min(LongestPause.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(2, attempts - 1));
        return TimeSpan.FromSeconds(whole * (1 + chance) / 2);
    }
}
