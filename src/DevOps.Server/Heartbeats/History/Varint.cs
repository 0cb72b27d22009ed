using System.Buffers;

namespace DevOps.Server.Heartbeats.History;

/// <summary>Numbers in as few bytes as they need: seven bits a byte, the lowest first, the highest bit says that more follow (LEB128).</summary>
internal static class Varint
{
    private const int LongestNumber = 10;

    /// <summary>Adds a number.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="value">The number.</param>
    public static void Write(ArrayBufferWriter<byte> to, ulong value)
    {
        var span = to.GetSpan(LongestNumber);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        to.Advance(length);
    }

    /// <summary>Adds a number that may be negative, small ones of either sign in few bytes.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="value">The number.</param>
    public static void WriteSigned(ArrayBufferWriter<byte> to, long value) => Write(to, Fold(value));

    /// <summary>Reads a number and goes on behind it.</summary>
    /// <param name="from">What is left to read.</param>
    /// <param name="value">The number.</param>
    /// <returns>Whether there was one.</returns>
    public static bool TryRead(ref ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        for (var index = 0; index < from.Length && index < LongestNumber; index++)
        {
            value |= (ulong)(from[index] & 0x7F) << (7 * index);
            if (from[index] >= 0x80) continue;
            from = from[(index + 1)..];
            return true;
        }

        return false;
    }

    /// <summary>Reads a number that may be negative and goes on behind it.</summary>
    /// <param name="from">What is left to read.</param>
    /// <param name="value">The number.</param>
    /// <returns>Whether there was one.</returns>
    public static bool TryReadSigned(ref ReadOnlySpan<byte> from, out long value)
    {
        var isThere = TryRead(ref from, out var folded);
        value = Unfold(folded);
        return isThere;
    }

    /// <summary>Turns a number that may be negative into one that is small when it is near zero: 0, -1, 1, -2 become 0, 1, 2, 3.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The other.</returns>
    public static ulong Fold(long value) => (ulong)((value << 1) ^ (value >> 63));

    /// <summary>Undoes <see cref="Fold"/>.</summary>
    /// <param name="value">What it gave.</param>
    /// <returns>The number.</returns>
    public static long Unfold(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
