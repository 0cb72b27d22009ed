using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DevOps.Core.Hosts;

namespace DevOps.Core.Fleets;

/// <summary>
/// Makes what a droplet's cloud-init reads: the user's own part, the packages and the bootstrap host key, as a MIME document
/// of several parts, which is cloud-init's own way to put together what different people want.
/// </summary>
internal static class UserDataDocument
{
    /// <summary>The API's limit.</summary>
    public const int LargestSize = 64 * 1024;

    // How cloud-init tells what a text is: its first line. A text that begins with none of these it ignores.
    private static readonly string[] KnownBeginnings =
        ["#cloud-config", "#!", "#include", "#cloud-boothook", "#part-handler", "#upstart-job", "## template: jinja"];

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the document.</summary>
    /// <param name="bootstrap">The host key for the first contact.</param>
    /// <param name="packages">Packages to install.</param>
    /// <param name="userData">The user's own part, or nothing.</param>
    /// <returns>The document.</returns>
    /// <exception cref="DevOpsException"><c>UserDataInvalid</c>, <c>UserDataTooLarge</c>.</exception>
    public static string Create(SshKeyPair bootstrap, IReadOnlyList<string> packages, string? userData)
    {
        var boundary = $"==devops-{Guid.NewGuid():N}==";
        var document = new StringBuilder();
        document.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=\"{boundary}\"\nMIME-Version: 1.0\n\n");
        // Order matters: a later part is merged into the earlier ones by its own rule.
        if (!string.IsNullOrWhiteSpace(userData)) AppendUserPart(document, boundary, userData.ReplaceLineEndings("\n"));
        if (packages.Count > 0) AppendPart(document, boundary, "cloud-config", CloudConfig(Packages(packages)));
        AppendPart(document, boundary, "cloud-config", CloudConfig(Trust(bootstrap)));
        document.Append(CultureInfo.InvariantCulture, $"--{boundary}--\n");
        var text = document.ToString();
        return Encoding.UTF8.GetByteCount(text) <= LargestSize ? text : throw new DevOpsException(
            "UserDataTooLarge",
            FailureKind.LimitExceeded,
            "The user data is larger than the API's limit of 64 KiB, together with the packages and the host key.",
            "Shorten it, or let it download what it needs: -UserData '#include' with an address on the next line.");
    }

    // The user's packages stay, ours are added; where both say something else, the user is right.
    private static JsonObject Packages(IReadOnlyList<string> packages) => new()
    {
        ["merge_how"] = "dict(no_replace,recurse_list)+list(append)+str()",
        ["package_update"] = true,
        ["packages"] = new JsonArray([.. packages.Select(package => (JsonNode)package)]),
    };

    // Who may be trusted is not the user's to change: these replace what other parts say.
    private static JsonObject Trust(SshKeyPair bootstrap) => new()
    {
        ["merge_how"] = "dict(replace)+list()+str()",
        ["disable_root"] = false,
        ["ssh_pwauth"] = false,
        ["ssh_deletekeys"] = true,
        ["ssh_keys"] = new JsonObject
        {
            ["ed25519_private"] = bootstrap.PrivateKey,
            ["ed25519_public"] = bootstrap.PublicKey,
        },
    };

    // JSON is YAML, and needs no rules for quoting of our own.
    private static string CloudConfig(JsonObject content) => $"#cloud-config\n{content.ToJsonString(Readable)}\n";

    private static void AppendUserPart(StringBuilder document, string boundary, string userData)
    {
        if (userData.StartsWith("Content-Type: multipart/", StringComparison.OrdinalIgnoreCase)
            || userData.StartsWith("MIME-Version:", StringComparison.OrdinalIgnoreCase))
        {
            // A MIME document is a part as it stands: it brings its own header.
            document.Append(CultureInfo.InvariantCulture, $"--{boundary}\n{userData.TrimEnd('\n')}\n\n");
            return;
        }

        if (!KnownBeginnings.Any(beginning => userData.StartsWith(beginning, StringComparison.Ordinal)))
        {
            throw new DevOpsException(
                "UserDataInvalid",
                FailureKind.InvalidInput,
                $"cloud-init would ignore this user data: it begins with '{FirstLine(userData)}'.",
                "Begin it with #cloud-config, #! and an interpreter, #include, or as a MIME document of several parts.");
        }

        // text/plain makes cloud-init look at the first line itself, so that every kind of user data works.
        AppendPart(document, boundary, "plain", userData);
    }

    private static void AppendPart(StringBuilder document, string boundary, string type, string content)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(content));
        var isPlain = Ascii.IsValid(content);
        document.Append(CultureInfo.InvariantCulture, $"--{boundary}\nContent-Type: text/{type}; charset=\"utf-8\"\nMIME-Version: 1.0\n");
        document.Append(CultureInfo.InvariantCulture, $"Content-Transfer-Encoding: {(isPlain ? "7bit" : "base64")}\n\n");
        if (isPlain)
        {
            document.Append(content).Append('\n');
            return;
        }

        foreach (var line in encoded.Chunk(76)) document.Append(line).Append('\n');
    }

    private static string FirstLine(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var line = end < 0 ? text : text[..end];
        return line.Length <= 60 ? line : line[..60] + "…";
    }
}
