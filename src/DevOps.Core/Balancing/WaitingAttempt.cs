namespace DevOps.Core.Balancing;

/// <summary>
/// An attempt that waits for the beginning of a backend's answer. It is cancelled when that takes too long, and also when
/// the backend goes down and the request can be made elsewhere.
/// </summary>
public abstract class WaitingAttempt
{
    /// <summary>Whether the request may be asked again of another backend although this one may have begun to carry it out.</summary>
    public abstract bool CanMove { get; }

    /// <summary>When it began, as <see cref="TimeProvider.GetTimestamp"/> says.</summary>
    internal long StartedAt { get; set; }

    internal WaitingAttempt? Next { get; set; }

    internal WaitingAttempt? Previous { get; set; }

    internal bool IsListed { get; set; }

    /// <summary>Ends the attempt. Called at most once, from any thread, without a lock.</summary>
    /// <param name="reason">Why.</param>
    public abstract void Cancel(AttemptEnd reason);
}

/// <summary>Why an attempt was cancelled.</summary>
public enum AttemptEnd
{
    /// <summary>The answer did not begin in time.</summary>
    Late,

    /// <summary>The backend went down meanwhile.</summary>
    BackendDown,
}

/// <summary>The attempts that wait at one backend, oldest first. The links stand in the attempts: joining allocates nothing.</summary>
internal sealed class WaitingAttempts
{
    private readonly Lock _lock = new();
    private WaitingAttempt? _first;
    private WaitingAttempt? _last;

    public void Add(WaitingAttempt attempt, long now)
    {
        lock (_lock)
        {
            attempt.StartedAt = now;
            attempt.IsListed = true;
            attempt.Previous = _last;
            if (_last is null) _first = attempt;
            else _last.Next = attempt;
            _last = attempt;
        }
    }

    /// <summary>Takes an attempt off the list.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <returns>Whether it was still listed: otherwise it has been cancelled, or is about to be.</returns>
    public bool Remove(WaitingAttempt attempt)
    {
        lock (_lock) return Unlink(attempt);
    }

    /// <summary>Cancels the attempts that have waited for too long.</summary>
    /// <param name="isLate">Whether an attempt that began at a time has.</param>
    public void CancelLate(Func<long, bool> isLate) => Cancel(attempt => isLate(attempt.StartedAt), AttemptEnd.Late, stopsAtFirstOther: true);

    /// <summary>Cancels the attempts that can be made elsewhere.</summary>
    public void CancelMovable() => Cancel(attempt => attempt.CanMove, AttemptEnd.BackendDown, stopsAtFirstOther: false);

    private void Cancel(Func<WaitingAttempt, bool> which, AttemptEnd reason, bool stopsAtFirstOther)
    {
        var found = new List<WaitingAttempt>();
        lock (_lock)
        {
            for (var attempt = _first; attempt is not null;)
            {
                var next = attempt.Next;
                if (which(attempt)) found.Add(attempt);
                else if (stopsAtFirstOther) break;
                attempt = next;
            }

            foreach (var attempt in found) Unlink(attempt);
        }

        foreach (var attempt in found) attempt.Cancel(reason);
    }

    private bool Unlink(WaitingAttempt attempt)
    {
        if (!attempt.IsListed) return false;
        attempt.IsListed = false;
        if (attempt.Previous is null) _first = attempt.Next;
        else attempt.Previous.Next = attempt.Next;
        if (attempt.Next is null) _last = attempt.Previous;
        else attempt.Next.Previous = attempt.Previous;
        attempt.Next = attempt.Previous = null;
        return true;
    }
}
