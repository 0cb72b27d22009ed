using System.Security.Cryptography;
using System.Text;

namespace DevOps.Server.Heartbeats.History;

/// <summary>
/// Text from outside as it is kept: cut, and without what does not come back from the file as it went in (a NUL, which ends
/// text for SQLite's functions, and halves of characters, which UTF-8 cannot carry).
/// </summary>
internal static class HistoryTexts
{
    /// <summary>The longest name.</summary>
    public const int LongestName = 64;

    /// <summary>The longest cause and the longest evidence.</summary>
    public const int LongestSentence = 300;

    /// <summary>The longest address.</summary>
    public const int LongestAddress = 1_000;

    private const int LongestKey = 256;

    /// <summary>Cuts text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">How many characters (UTF-16) to keep.</param>
    /// <returns>The text as it is kept.</returns>
    public static string? Cut(string? text, int length)
    {
        if (text is null) return null;
        var kept = text.Length > length ? text[..length] : text;
        if (kept.AsSpan().IndexOfAny('\0', '\uFFFD') < 0 && kept.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0) return kept;
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(kept.Replace('\0', '\uFFFD')));
    }

    /// <summary>The key of a target as it is kept. Two long ones stay apart.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The key when it is short; else its beginning and a digest of all of it.</returns>
    public static string Key(string key)
    {
        if (key.Length <= LongestKey) return Cut(key, LongestKey)!;
        var digest = Convert.ToHexString(SHA256.HashData(Encoding.Unicode.GetBytes(key)));
        return $"{Cut(key, LongestKey - digest.Length - 1)} {digest}";
    }
}
