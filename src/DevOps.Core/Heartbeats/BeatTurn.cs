using System.Threading.Tasks.Sources;

namespace DevOps.Core.Heartbeats;

/// <summary>A place in a schedule, for one who waits again and again. Waiting leaves nothing behind for the garbage collector.</summary>
internal sealed class BeatTurn : IValueTaskSource, IDisposable
{
    private readonly BeatSchedule _schedule;
    private readonly CancellationToken _ct;
    private readonly CancellationTokenRegistration _end;
    private ManualResetValueTaskSourceCore<bool> _wake;
    private int _isWaiting;

    /// <summary>Makes a place.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="ct">Ends the waiting.</param>
    public BeatTurn(BeatSchedule schedule, CancellationToken ct)
    {
        _schedule = schedule;
        _ct = ct;
        _end = ct.UnsafeRegister(static turn => ((BeatTurn)turn!).End(), this);
    }

    /// <summary>Waits. Whoever waits goes on in the thread that wakes it.</summary>
    /// <param name="due">Until when, since the schedule began.</param>
    /// <returns>A task that ends then, and is awaited once, before the next one is asked for.</returns>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public ValueTask WaitAsync(TimeSpan due)
    {
        _wake.Reset();
        var wait = new ValueTask(this, _wake.Version);
        Volatile.Write(ref _isWaiting, 1);
        _schedule.Add(this, due);
        // The end may have come before there was anybody to tell.
        if (_ct.IsCancellationRequested) End();
        return wait;
    }

    /// <summary>Is woken no more.</summary>
    public void Dispose() => _end.Dispose();

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _wake.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _wake.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    public void GetResult(short token) => _wake.GetResult(token);

    /// <summary>Wakes whoever waits, if he still does.</summary>
    internal void Wake()
    {
        if (Interlocked.Exchange(ref _isWaiting, 0) == 1) _wake.SetResult(true);
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _isWaiting, 0) == 1) _wake.SetException(new OperationCanceledException(_ct));
    }
}
