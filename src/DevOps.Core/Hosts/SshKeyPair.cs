using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Utilities;
using Org.BouncyCastle.Security;

namespace DevOps.Core.Hosts;

/// <summary>An Ed25519 key pair in the forms that SSH uses.</summary>
public sealed class SshKeyPair
{
    private const string PemLabel = "OPENSSH PRIVATE KEY";

    private readonly byte[] _publicBlob;

    private SshKeyPair(Ed25519PrivateKeyParameters key, string privateKey)
    {
        PrivateKey = privateKey;
        _publicBlob = OpenSshPublicKeyUtilities.EncodePublicKey(key.GeneratePublicKey());
    }

    /// <summary>The private key in OpenSSH's format, as in a key file. Secret.</summary>
    public string PrivateKey { get; }

    /// <summary>The public key as in <c>authorized_keys</c>, without a comment.</summary>
    public string PublicKey => $"ssh-ed25519 {Convert.ToBase64String(_publicBlob)}";

    /// <summary>The MD5 fingerprint as the API shows it: sixteen hexadecimal pairs with colons.</summary>
#pragma warning disable CA5351 // The API names keys by this fingerprint; nothing is trusted because of it.
    public string ApiFingerprint => string.Join(':', MD5.HashData(_publicBlob).Select(part => part.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
#pragma warning restore CA5351

    /// <summary>The SHA-256 of the public key blob in lower-case hexadecimal digits, as in the tag <c>hostkey:</c>.</summary>
    public string HostKey => HostKeyOf(_publicBlob);

    /// <summary>Makes a new key pair.</summary>
    /// <returns>The pair.</returns>
    public static SshKeyPair Generate()
    {
        var key = new Ed25519PrivateKeyParameters(new SecureRandom());
        return new SshKeyPair(key, Encode(key));
    }

    /// <summary>Reads a private key.</summary>
    /// <param name="privateKey">The key in OpenSSH's format, without a passphrase.</param>
    /// <returns>The pair.</returns>
    /// <exception cref="FormatException">The text is no such key.</exception>
    public static SshKeyPair Parse(string privateKey)
    {
        if (!PemEncoding.TryFind(privateKey, out var fields) || !privateKey.AsSpan(fields.Label).SequenceEqual(PemLabel))
        {
            throw new FormatException("The text is not a private key in OpenSSH's format.");
        }

        try
        {
            var blob = Convert.FromBase64String(privateKey[fields.Base64Data]);
            return OpenSshPrivateKeyUtilities.ParsePrivateKeyBlob(blob) is Ed25519PrivateKeyParameters key
                ? new SshKeyPair(key, privateKey)
                : throw new FormatException("The key is not an Ed25519 key.");
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IOException)
        {
            throw new FormatException("The private key is damaged.", exception);
        }
    }

    /// <summary>The SHA-256 of a public key blob, as in the tag <c>hostkey:</c>.</summary>
    /// <param name="publicBlob">The blob.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string HostKeyOf(byte[] publicBlob) => Convert.ToHexStringLower(SHA256.HashData(publicBlob));

    private static string Encode(Ed25519PrivateKeyParameters key)
    {
        // OpenSSH breaks its lines at 70 characters and ends with a line feed; its tools insist on the latter.
        var text = new StringBuilder($"-----BEGIN {PemLabel}-----\n");
        foreach (var line in Convert.ToBase64String(OpenSshPrivateKeyUtilities.EncodePrivateKey(key)).Chunk(70)) text.Append(line).Append('\n');
        return text.Append(System.Globalization.CultureInfo.InvariantCulture, $"-----END {PemLabel}-----\n").ToString();
    }
}
