using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace DevOps.LocalCloud.Api;

/// <summary>Reads public keys as people paste them.</summary>
internal static class SshPublicKey
{
    /// <summary>Computes the fingerprint by which the API names a key.</summary>
    /// <param name="line">The key: type, base64, and a comment that may be missing.</param>
    /// <returns>MD5 of the key in pairs of digits with colons; nothing when the line is no public key.</returns>
    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "The API names keys by MD5; nothing is trusted because of it.")]
    public static string? Fingerprint(string line)
    {
        if (line.Contains('\n', StringComparison.Ordinal)) return null;
        if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var type, var base64, ..]) return null;
        var blob = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, blob, out var length)) return null;
        var key = blob.AsSpan(0, length);
        if (!BeginsWith(key, type)) return null;
        return string.Join(':', MD5.HashData(key).Select(value => value.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
    }

    // A key's own first field is its type again, after its length in four bytes.
    private static bool BeginsWith(ReadOnlySpan<byte> key, string type)
    {
        const int LengthBytes = 4;
        var expected = Encoding.ASCII.GetBytes(type);
        return key.Length > LengthBytes + expected.Length
            && System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(key) == expected.Length
            && key.Slice(LengthBytes, expected.Length).SequenceEqual(expected);
    }
}
