using System.Security.Cryptography;
using System.Text;

namespace DevOps.Core.Flags.Service;

/// <summary>What lets an application ask the service. The token itself is kept nowhere but with the application.</summary>
/// <param name="Application">The application.</param>
/// <param name="Hash">The SHA-256 of its token, in hexadecimal.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record FlagServiceToken(string Application, string Hash, DateTimeOffset CreatedAt)
{
    // So that programs that look for secrets in places where none belong know it when they see it.
    private const string Prefix = "devops-flags-";

    private const int RandomBytes = 32;

    /// <summary>Makes a token.</summary>
    /// <returns>The token.</returns>
    internal static string Make() => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>Hashes a token. It is random and long, so that one round is enough.</summary>
    /// <param name="token">The token.</param>
    /// <returns>Its SHA-256, in hexadecimal.</returns>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>
    /// What lets a browser follow the news of changes, in whose requests no header can be set. It tells nothing of the token
    /// that it was made of, opens nothing but the news, in which there are no values, and is the same at every node.
    /// </summary>
    /// <returns>The ticket.</returns>
    public string Ticket() => Convert.ToHexStringLower(HMACSHA256.HashData(Convert.FromHexString(Hash), "news"u8));
}
