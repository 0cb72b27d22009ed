using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>
/// What a browser keeps instead of the token: until when it holds, and a seal over that which only who knows the token can
/// make. It outlives the monitor's process, so that a page on a wall needs nobody after a restart, and not the token.
/// </summary>
/// <param name="token">The token.</param>
/// <param name="time">The clock.</param>
internal sealed class PageCookie(string token, TimeProvider time)
{
    /// <summary>How long it holds.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes("heartbeat page\n" + token));

    /// <summary>Makes one.</summary>
    /// <returns>Its value.</returns>
    public string Make()
    {
        var until = (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"{until}.{Convert.ToHexStringLower(SealOf(until))}";
    }

    /// <summary>Checks one.</summary>
    /// <param name="value">Its value; nothing when there is none.</param>
    /// <returns>Whether this monitor made it, with this token, and it still holds.</returns>
    public bool IsGood(string? value)
    {
        if (value is null || value.Split('.') is not [var until, var seal]) return false;
        if (!long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds <= time.GetUtcNow().ToUnixTimeSeconds()) return false;
        var expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SealOf(until)));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(seal), expected);
    }

    private byte[] SealOf(string until) => HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(until));
}
