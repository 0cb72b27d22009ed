using System.Buffers.Binary;
using System.Numerics;

namespace DevOps.Core.Flags.Evaluation;

/// <summary>MurmurHash3 with 32 bits for x86, by which flagd spreads users over the variants of a roll-out.</summary>
/// <remarks>Austin Appleby's algorithm, which he put into the public domain: https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp.</remarks>
public static class MurmurHash3
{
    private const uint First = 0xcc9e2d51;

    private const uint Second = 0x1b873593;

    /// <summary>Hashes bytes with the seed 0.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The hash.</returns>
    public static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 0u;
        var rest = bytes;
        for (; rest.Length >= sizeof(uint); rest = rest[sizeof(uint)..])
        {
            hash ^= Scramble(BinaryPrimitives.ReadUInt32LittleEndian(rest));
            hash = (BitOperations.RotateLeft(hash, 13) * 5) + 0xe6546b64;
        }

        if (rest.Length > 0)
        {
            var last = 0u;
            for (var index = rest.Length - 1; index >= 0; index--) last = (last << 8) | rest[index];
            hash ^= Scramble(last);
        }

        hash ^= (uint)bytes.Length;
        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }

    private static uint Scramble(uint block) => BitOperations.RotateLeft(block * First, 15) * Second;
}
