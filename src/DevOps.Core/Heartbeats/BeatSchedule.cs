namespace DevOps.Core.Heartbeats;

/// <summary>
/// Wakes many at the times that they wait for, by one timer. Those whose time has come are woken one after another by one
/// thread, and go on there until they wait for something else: a timer and a thread for each of them would cost more than what
/// most of them do.
/// </summary>
internal sealed class BeatSchedule : IDisposable
{
    // A timer counts milliseconds of its own, and may end a little early.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly PriorityQueue<BeatTurn, TimeSpan> _waiting = new();
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly ITimer _timer;
    private TimeSpan _next = TimeSpan.MaxValue;
    private bool _isWaking;

    /// <summary>Begins a schedule now.</summary>
    /// <param name="time">The clock.</param>
    public BeatSchedule(TimeProvider time)
    {
        _time = time;
        _began = time.GetTimestamp();
        _timer = time.CreateTimer(static schedule => ((BeatSchedule)schedule!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The time since the schedule began.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_began);

    /// <summary>Makes a place for one who waits again and again.</summary>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>The place.</returns>
    public BeatTurn Join(CancellationToken ct) => new(this, ct);

    /// <summary>Wakes nobody any more.</summary>
    public void Dispose() => _timer.Dispose();

    /// <summary>Has a place woken.</summary>
    /// <param name="turn">The place.</param>
    /// <param name="due">When, since the schedule began.</param>
    internal void Add(BeatTurn turn, TimeSpan due)
    {
        lock (_lock)
        {
            _waiting.Enqueue(turn, due);
            // Whoever is waking looks for the next one itself.
            if (!_isWaking && due < _next) Set(due);
        }
    }

    private void Wake()
    {
        lock (_lock)
        {
            // A timer may ring while what it rang for is still going on.
            if (_isWaking) return;
            _isWaking = true;
        }

        while (Next() is { } turn) turn.Wake();
    }

    private BeatTurn? Next()
    {
        lock (_lock)
        {
            if (_waiting.TryPeek(out var turn, out var due) && due <= Elapsed + Tick)
            {
                _waiting.Dequeue();
                return turn;
            }

            _isWaking = false;
            _next = TimeSpan.MaxValue;
            if (turn is not null) Set(due);
            return null;
        }
    }

    private void Set(TimeSpan due)
    {
        _next = due;
        var wait = due - Elapsed;
        _timer.Change(wait > Tick ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : Tick, Timeout.InfiniteTimeSpan);
    }
}
