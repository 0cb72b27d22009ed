using System.Collections.Concurrent;

namespace DevOps.Core.Tests.Hosting;

/// <summary>A clock that skips every wait: it notes how long it would have been and goes forward by it. Limits of an hour and more never end.</summary>
public sealed class SkippingTime : TimeProvider
{
    private static readonly TimeSpan Endless = TimeSpan.FromHours(1);

    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _skipped;

    /// <summary>The waits that were skipped, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + TimeSpan.FromTicks(Interlocked.Read(ref _skipped));

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref _skipped);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan || dueTime >= Endless) return new Timer();
        _waits.Enqueue(dueTime);
        Interlocked.Add(ref _skipped, dueTime.Ticks);
        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
