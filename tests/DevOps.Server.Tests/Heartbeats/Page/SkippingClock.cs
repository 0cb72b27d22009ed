namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>The system's clock, which a test can put forward.</summary>
internal sealed class SkippingClock : TimeProvider
{
    private TimeSpan _skipped;

    public void Skip(TimeSpan time) => _skipped += time;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _skipped;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(_skipped.TotalSeconds * TimestampFrequency);
}
