using Microsoft.Extensions.Time.Testing;

namespace DevOps.Server.Tests.Heartbeats.History;

/// <summary>A clock that the test moves, also in the very moment in which somebody reads it.</summary>
/// <param name="start">The time at first.</param>
internal sealed class InterruptibleClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private Action? _interruption;

    /// <summary>Does something, once, just before the next reader gets his time.</summary>
    /// <param name="interruption">What is done.</param>
    public void InterruptNextReader(Action interruption) => _interruption = interruption;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        Interlocked.Exchange(ref _interruption, null)?.Invoke();
        return base.GetUtcNow();
    }
}
