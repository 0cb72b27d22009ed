namespace DevOps.Server.Heartbeats.History;

/// <summary>What is known in memory of one target. For one thread at a time.</summary>
/// <param name="key">What it is remembered by.</param>
/// <param name="name">Its name.</param>
/// <param name="group">What it belongs to.</param>
/// <param name="environment">The environment whose application it serves.</param>
/// <param name="uri">What is checked.</param>
internal sealed class TargetRecord(string key, string name, string? group, string? environment, Uri uri)
{
    // Waits for answers, confirmations and a busy machine stretch a beat; less than this on top of a few intervals is no gap.
    private const long Slack = 10_000;
    private const int MissedBeats = 4;

    private long _previousGap;
    private long _learned;

    /// <summary>What it is remembered by, as <see cref="HistoryTexts.Key"/> gives it.</summary>
    public string Key => key;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>What it belongs to; nothing when it stands alone.</summary>
    public string? Group => group;

    /// <summary>The environment whose application it serves; nothing when it is no instance.</summary>
    public string? Environment => environment;

    /// <summary>What was checked last.</summary>
    public Uri Uri { get; set; } = uri;

    /// <summary>Its number in the file; 0 until it has one.</summary>
    public long Id { get; set; }

    /// <summary>What the file says was checked last; nothing when the target does not stand in it.</summary>
    public Uri? WrittenUri { get; set; }

    /// <summary>The last time that is known of it, in milliseconds since 1970: of its last check or of what the file holds.</summary>
    public long LastAt { get; set; }

    /// <summary>Whether it was checked since the process began.</summary>
    public bool IsWatched { get; set; }

    /// <summary>The changes of its state.</summary>
    public StateTimeline Timeline { get; } = new();

    /// <summary>The checks of the minute that has not ended.</summary>
    public BeatBlock Beats { get; } = new();

    /// <summary>How many bytes of <see cref="Beats"/> the file's journal holds.</summary>
    public int JournaledBytes { get; set; }

    /// <summary>The minutes of the hour that were written last.</summary>
    public HourBlock Hour { get; } = new();

    /// <summary>Whether so much time without a check means that nobody looked.</summary>
    /// <param name="gap">The time since the last check, in milliseconds.</param>
    /// <param name="interval">The longest time from beat to beat, in milliseconds.</param>
    /// <returns>Whether it is more than a few intervals.</returns>
    public bool IsGap(long gap, long interval) => gap > (MissedBeats * Math.Max(interval, _learned)) + Slack;

    /// <summary>Learns from two gaps in a row that the target is checked less often than was said.</summary>
    /// <param name="gap">The time between two checks, in milliseconds.</param>
    /// <param name="isGap">Whether that was a gap.</param>
    public void Learn(long gap, bool isGap)
    {
        if (isGap) _learned = Math.Max(_learned, Math.Min(gap, _previousGap));
        else if (_learned > 0) _learned = Math.Max(gap, _learned * 31 / 32);
        _previousGap = isGap ? gap : 0;
    }
}
