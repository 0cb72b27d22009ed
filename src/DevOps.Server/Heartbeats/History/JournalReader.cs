using System.Buffers;

namespace DevOps.Server.Heartbeats.History;

/// <summary>
/// The journal's rows: what came of the minutes that have not ended, piece by piece. All pieces of a target's minute, one
/// after the other, are the bytes of its <see cref="BeatBlock"/>.
/// </summary>
/// <param name="row">A row's bytes.</param>
internal ref struct JournalReader(ReadOnlySpan<byte> row)
{
    private ReadOnlySpan<byte> _left = row;

    /// <summary>The target's number.</summary>
    public long Target { get; private set; }

    /// <summary>The number of the minute.</summary>
    public long Minute { get; private set; }

    /// <summary>The piece.</summary>
    public ReadOnlySpan<byte> Piece { get; private set; }

    /// <summary>Adds a piece to a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="target">The target's number.</param>
    /// <param name="minute">The number of the minute.</param>
    /// <param name="piece">The piece.</param>
    public static void Write(ArrayBufferWriter<byte> row, long target, long minute, ReadOnlySpan<byte> piece)
    {
        Varint.Write(row, (ulong)target);
        Varint.Write(row, (ulong)minute);
        Varint.Write(row, (ulong)piece.Length);
        row.Write(piece);
    }

    /// <summary>Reads the next piece. Ends where bytes make no sense.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Next()
    {
        if (!Varint.TryRead(ref _left, out var target) || !Varint.TryRead(ref _left, out var minute) || !Varint.TryRead(ref _left, out var length)) return false;
        if (length > (ulong)_left.Length || target is 0 or > HistoryTime.LastTarget) return false;
        (Target, Minute) = ((long)target, (long)minute);
        Piece = _left[..(int)length];
        _left = _left[(int)length..];
        return true;
    }
}
