using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>Reads what <see cref="BeatBlock"/> wrote, check by check. Ends where bytes make no sense.</summary>
/// <param name="written">The bytes.</param>
/// <param name="minute">The number of the minute.</param>
internal ref struct BeatReader(ReadOnlySpan<byte> written, long minute)
{
    private ReadOnlySpan<byte> _left = written;

    /// <summary>The check that was read.</summary>
    public BeatCursor Beat { get; private set; } = BeatCursor.Before(minute);

    /// <summary>The number of its latency's bucket; nothing when none was measured.</summary>
    public readonly int? Bucket => Beat.Latency > 0 ? Beat.Latency - 1 : null;

    /// <summary>Reads the next check.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Next()
    {
        if (!Varint.TryReadSigned(ref _left, out var later) || !Varint.TryRead(ref _left, out var difference)) return false;
        var state = (ulong)Beat.State;
        if ((difference & 1) == 1 && (!Varint.TryRead(ref _left, out state) || state > (ulong)HeartbeatState.Maintenance)) return false;
        var step = Beat.Step + later;
        Beat = new BeatCursor(Beat.At + step, step, Beat.Latency + (int)Varint.Unfold(difference >> 1), (HeartbeatState)state);
        return true;
    }
}
