using System.Buffers;
using DevOps.Core.Balancing;
using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>
/// The checks of one target in one minute, as they are written: for each how much later it came than the one before did after
/// its own forerunner, how its latency's bucket differs, and its state when that is another. Checks at an even pace take two
/// bytes each.
/// </summary>
internal sealed class BeatBlock
{
    // More than four checks a second are not made; it takes a clock that stands to get there.
    private const int Longest = 4_096;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private BeatCursor _last;

    /// <summary>The number of the minute.</summary>
    public long Minute { get; private set; }

    /// <summary>When the last check was made, in milliseconds since 1970; where the minute begins when there was none.</summary>
    public long LastAt => _last.At;

    /// <summary>The checks so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Begins a minute, without checks.</summary>
    /// <param name="minute">The number of the minute.</param>
    public void Begin(long minute)
    {
        Minute = minute;
        _bytes.ResetWrittenCount();
        _last = BeatCursor.Before(minute);
    }

    /// <summary>Adds a check. What is more than a minute can hold is left out.</summary>
    /// <param name="at">When it was made, in milliseconds since 1970: in this minute, and not before the last one.</param>
    /// <param name="state">How the target was.</param>
    /// <param name="latency">How long the check took, if it was answered.</param>
    public void Add(long at, HeartbeatState state, TimeSpan? latency)
    {
        if (_bytes.WrittenCount >= Longest) return;
        var next = new BeatCursor(at, at - _last.At, latency is { } measured ? LatencyHistogram.IndexOf(measured) + 1 : 0, state);
        Varint.WriteSigned(_bytes, next.Step - _last.Step);
        var isNewState = next.State != _last.State;
        Varint.Write(_bytes, (Varint.Fold(next.Latency - _last.Latency) << 1) | (isNewState ? 1UL : 0));
        if (isNewState) Varint.Write(_bytes, (ulong)state);
        _last = next;
    }

    /// <summary>Goes on with a minute that was written earlier.</summary>
    /// <param name="minute">The number of the minute.</param>
    /// <param name="written">Its checks so far.</param>
    public void Resume(long minute, ReadOnlySpan<byte> written)
    {
        Begin(minute);
        var beats = new BeatReader(written, minute);
        while (beats.Next()) Add(beats.Beat.At, beats.Beat.State, beats.Bucket is { } bucket ? LatencyHistogram.UpperBound(bucket) : null);
    }
}
