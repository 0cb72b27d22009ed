namespace DevOps.Server.Heartbeats.History;

/// <summary>How the history counts time: in milliseconds since 1970 (UTC), in minutes and in hours since then.</summary>
internal static class HistoryTime
{
    /// <summary>The milliseconds of a minute.</summary>
    public const long Minute = 60_000;

    /// <summary>The minutes of an hour.</summary>
    public const long MinutesPerHour = 60;

    // A row's number is the number of its minute or hour and below that the target's, so that what is written last stands last.
    private const int TargetBits = 24;

    /// <summary>The largest number of a target.</summary>
    public const long LastTarget = (1L << TargetBits) - 1;

    /// <summary>The milliseconds of a moment.</summary>
    /// <param name="at">The moment.</param>
    /// <returns>The milliseconds; those of a moment before 1970 are none.</returns>
    public static long Of(DateTimeOffset at) => Math.Max(0, at.ToUnixTimeMilliseconds());

    /// <summary>The moment of milliseconds.</summary>
    /// <param name="milliseconds">The milliseconds.</param>
    /// <returns>The moment, in UTC.</returns>
    public static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    /// <summary>The number of a row.</summary>
    /// <param name="block">The number of the minute or of the hour.</param>
    /// <param name="target">The target's number.</param>
    /// <returns>The row's number.</returns>
    public static long Row(long block, long target) => (block << TargetBits) | target;

    /// <summary>The number of the minute or the hour of a row.</summary>
    /// <param name="row">The row's number.</param>
    /// <returns>The block's number.</returns>
    public static long BlockOf(long row) => row >> TargetBits;

    /// <summary>The number of the target of a row.</summary>
    /// <param name="row">The row's number.</param>
    /// <returns>The target's number.</returns>
    public static long TargetOf(long row) => row & LastTarget;
}
