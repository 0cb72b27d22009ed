using System.Security.Cryptography;

namespace DevOps.Core.Alerts;

/// <summary>
/// The secrets with which webhooks are signed, as Standard Webhooks 1.0.0 writes them: <c>whsec_</c> and base64 of 24 to
/// 64 random bytes.
/// </summary>
internal static class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int Shortest = 24;
    private const int Usual = 32;
    private const int Longest = 64;

    /// <summary>Makes a secret.</summary>
    /// <returns>The secret.</returns>
    public static string Generate() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Usual));

    /// <summary>Brings a secret that somebody chose to its usual form.</summary>
    /// <param name="secret">The secret, with or without <c>whsec_</c> before it.</param>
    /// <param name="destination">Whose it is.</param>
    /// <returns>The secret in its usual form.</returns>
    /// <exception cref="DevOpsException"><c>AlertSecretInvalid</c>. The secret is never part of it.</exception>
    public static string Check(string secret, string destination)
    {
        var text = WithoutPrefix(secret.Trim());
        var bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out var length) && length is >= Shortest and <= Longest) return Prefix + text;
        throw new DevOpsException(
            "AlertSecretInvalid",
            FailureKind.InvalidInput,
            $"The secret for the alert destination '{destination}' is not base64 of {Shortest} to {Longest} bytes, with or without {Prefix} before it.",
            "Give the secret that the receiver shows, or leave -Secret out: then one is made and shown once.",
            destination);
    }

    /// <summary>The key with which a secret signs.</summary>
    /// <param name="secret">A secret in its usual form.</param>
    /// <returns>The key.</returns>
    public static byte[] KeyOf(string secret) => Convert.FromBase64String(WithoutPrefix(secret));

    private static string WithoutPrefix(string secret) => secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
}
