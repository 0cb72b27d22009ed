using System.Text.RegularExpressions;
using DevOps.Core.Alerts;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>What a target may be.</summary>
public static partial class HeartbeatTargetRules
{
    /// <summary>The scheme of an address that only a connection is made to.</summary>
    internal const string Tcp = "tcp";

    /// <summary>The scheme of an address whose SSH server has to greet.</summary>
    internal const string Ssh = "ssh";

    private const int LongestText = 1_000;
    private const int LongestCount = 100;
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Refuses a target that cannot be checked.</summary>
    /// <param name="target">The target.</param>
    /// <returns>The same target.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatTargetInvalid</c>.</exception>
    public static HeartbeatTarget Check(HeartbeatTarget target)
    {
        if (target.Name is null || !IsName(target.Name)) throw Invalid(target.Name ?? string.Empty, "that is not a valid name", "Use 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.");
        if (target.Group is not null && !IsName(target.Group)) throw Invalid(target.Name, "its group is not a valid name", "Use 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.");
        CheckAddress(target);
        var isHttp = target.Uri.Scheme == Uri.UriSchemeHttp || target.Uri.Scheme == Uri.UriSchemeHttps;
        if (!isHttp && (target.ExpectedStatus ?? (object?)target.ExpectedText ?? target.ExpectedHeader) is not null)
        {
            throw Invalid(target.Name, "status, text and header can be expected of http and https only", "Leave them out, or give an http or https address.");
        }

        if (target.ExpectedStatus is < 100 or > 599) throw Invalid(target.Name, "no answer has such a status", "Give an HTTP status from 100 to 599.");
        if (target.ExpectedText is { Length: 0 or > LongestText }) throw Invalid(target.Name, "the expected text is empty or too long", $"Give 1 to {LongestText} characters.");
        if (target.ExpectedHeader is { } header && !HeaderPattern().IsMatch(header)) throw Invalid(target.Name, "the expected header is not one", "Give it as Name or 'Name: value'.");
        if (target.Timeout < ShortestTimeout || target.Timeout > LongestTimeout) throw Invalid(target.Name, "a check may not take so short or so long", "Give a timeout from 50ms to 1m.");
        if (target.DegradedAfter is { } slow && (slow <= TimeSpan.Zero || slow >= target.Timeout)) throw Invalid(target.Name, "what is slow must be less than the timeout", "Give a longer timeout, or a shorter time.");
        if (target.Fall is < 1 or > LongestCount || target.Rise is < 1 or > LongestCount) throw Invalid(target.Name, "fall and rise are counts", $"Give from 1 to {LongestCount}.");
        if (target.CertificateDays is < 0 or > 366) throw Invalid(target.Name, "the days of the certificate are too many or too few", "Give from 0 to 366.");
        return target;
    }

    /// <summary>Whether a target can be called so.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it can.</returns>
    internal static bool IsName(string name) => NamePattern().IsMatch(name);

    private static void CheckAddress(HeartbeatTarget target)
    {
        var uri = target.Uri;
        if (uri is null || !uri.IsAbsoluteUri || uri.Host.Length == 0) throw AddressInvalid(target.Name, "it is not a full address");
        if (uri.UserInfo.Length > 0) throw AddressInvalid(target.Name, "it holds a name or password, which would be shown with it");
        switch (uri.Scheme)
        {
            case "http" or "https":
                return;
            case Tcp when uri.Port <= 0:
                throw AddressInvalid(target.Name, "it names no port");
            case Tcp or Ssh when uri.PathAndQuery.Trim('/').Length > 0:
                throw AddressInvalid(target.Name, "there are no paths there");
            case Tcp or Ssh:
                return;
            default:
                throw AddressInvalid(target.Name, $"'{OneLine.Of(uri.Scheme, 20)}' is nothing that can be checked");
        }
    }

    private static DevOpsException AddressInvalid(string name, string why) =>
        Invalid(name, $"its address cannot be used, because {why}", "Give an address such as https://shop.example.com/health, tcp://10.0.0.5:3306 or ssh://10.0.0.5.");

    private static DevOpsException Invalid(string name, string why, string action) => new(
        "HeartbeatTargetInvalid",
        FailureKind.InvalidInput,
        $"'{OneLine.Of(name, 80)}' cannot be a heartbeat target: {why}.",
        action,
        name);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();

    // RFC 9110, 5.1: a header's name is a token.
    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}(?:: ?[\x20-\x7e]{0,500})?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HeaderPattern();
}
