using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DevOps.Core.Alerts;

/// <summary>
/// Signs webhooks as the Standard Webhooks specification 1.0.0 says (https://www.standardwebhooks.com/, "Signature
/// scheme", symmetric): HMAC-SHA256 over <c>ID.TIMESTAMP.BODY</c>.
/// </summary>
internal static class WebhookSignature
{
    private const string Version = "v1,";

    /// <summary>Signs a webhook.</summary>
    /// <param name="secret">The secret in its usual form.</param>
    /// <param name="id">The webhook's id, without dots.</param>
    /// <param name="timestamp">When this attempt is made, in seconds since 1970.</param>
    /// <param name="body">The body, byte for byte as it is sent.</param>
    /// <returns>The value of the header <c>webhook-signature</c>.</returns>
    public static string Sign(string secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        byte[] content = [.. head, .. body];
        return Version + Convert.ToBase64String(HMACSHA256.HashData(WebhookSecret.KeyOf(secret), content));
    }
}
