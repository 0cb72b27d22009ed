namespace DevOps.Server.Heartbeats.Page;

/// <summary>Notices that no target is checked any more although the process lives and answers.</summary>
/// <param name="time">The clock.</param>
internal sealed class SilenceWatch(TimeProvider time)
{
    // A check may take as long as its time limit, several times in a row.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private long _heard = time.GetTimestamp();
    private TimeSpan _limit = Patience;
    private bool _isWaiting;

    /// <summary>Whether it has been silent for longer than it ever should be.</summary>
    public bool IsSilent => _isWaiting && time.GetElapsedTime(_heard) > _limit;

    /// <summary>Says what is expected from now on.</summary>
    /// <param name="interval">The time from check to check.</param>
    /// <param name="hasTargets">Whether there is anything to check.</param>
    public void Expect(TimeSpan interval, bool hasTargets)
    {
        _limit = (2 * interval) + Patience;
        // What is new is not late yet.
        if (hasTargets && !_isWaiting) Hear();
        _isWaiting = hasTargets;
    }

    /// <summary>Notes that a target was checked.</summary>
    public void Hear() => _heard = time.GetTimestamp();
}
