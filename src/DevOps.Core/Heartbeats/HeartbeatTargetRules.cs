using System.Text.RegularExpressions;
using DevOps.Core.Alerts;
using DevOps.Core.Heartbeats.Systemd;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>What a target may be.</summary>
public static partial class HeartbeatTargetRules
{
    /// <summary>The scheme of an address that only a connection is made to.</summary>
    internal const string Tcp = "tcp";

    /// <summary>The scheme of an address whose SSH server has to greet.</summary>
    internal const string Ssh = "ssh";

    /// <summary>The scheme of an address whose Redis server is asked how it is.</summary>
    internal const string Redis = "redis";

    /// <summary>The scheme of an address that names a unit of a droplet.</summary>
    internal const string Systemd = "systemd";

    /// <summary>The scheme of an address that a job calls.</summary>
    internal const string Push = "push";

    private const int LongestText = 1_000;
    private const int LongestPath = 4_096;
    private const int LongestCount = 100;
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(366);

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

        CheckRedis(target);
        if (target.Uri.Scheme != Systemd && target.Connection is not null) throw Invalid(target.Name, "only units of droplets are found through a connection", "Leave out -Connection, or give an address such as systemd://itrust-1/itrust.service.");
        if (target.Connection is not null && !IsName(target.Connection)) throw Invalid(target.Name, "its connection is not a valid name", "Get-DigitalOcean lists the saved connections.");
        CheckPush(target);
        if (target.ExpectedStatus is < 100 or > 599) throw Invalid(target.Name, "no answer has such a status", "Give an HTTP status from 100 to 599.");
        if (target.ExpectedText is { Length: 0 or > LongestText }) throw Invalid(target.Name, "the expected text is empty or too long", $"Give 1 to {LongestText} characters.");
        if (target.ExpectedHeader is { } header && !HeaderPattern().IsMatch(header)) throw Invalid(target.Name, "the expected header is not one", "Give it as Name or 'Name: value'.");
        if (target.Timeout < ShortestTimeout || target.Timeout > LongestTimeout) throw Invalid(target.Name, "a check may not take so short or so long", "Give a timeout from 50ms to 1m.");
        if (target.DegradedAfter is { } slow && (slow <= TimeSpan.Zero || slow >= target.Timeout)) throw Invalid(target.Name, "what is slow must be less than the timeout", "Give a longer timeout, or a shorter time.");
        if (target.Fall is < 1 or > LongestCount || target.Rise is < 1 or > LongestCount) throw Invalid(target.Name, "fall and rise are counts", $"Give from 1 to {LongestCount}.");
        if (target.CertificateDays is < 0 or > 366) throw Invalid(target.Name, "the days of the certificate are too many or too few", "Give from 0 to 366.");
        return target;
    }

    /// <summary>Refuses a target that cannot be checked, or not from here as things are now.</summary>
    /// <param name="target">The target.</param>
    /// <returns>The same target.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatTargetInvalid</c>.</exception>
    public static HeartbeatTarget CheckHere(HeartbeatTarget target)
    {
        Check(target);
        return target.PasswordFile is { } file && PasswordFile.FaultOf(file) is { } fault ? throw Invalid(target.Name, fault.Fault, fault.Action) : target;
    }

    /// <summary>Has the droplet of a unit looked up through a connection, unless the target names its own.</summary>
    /// <param name="target">The target.</param>
    /// <param name="connection">The connection's name; nothing leaves it as it is.</param>
    /// <returns>The target to check.</returns>
    public static HeartbeatTarget WithConnection(HeartbeatTarget target, string? connection) =>
        target.Uri.Scheme == Systemd && target.Connection is null && connection is not null ? target with { Connection = connection } : target;

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
            case Redis when uri.PathAndQuery.Trim('/').Length > 0 || uri.Fragment.Length > 0:
                throw AddressInvalid(target.Name, "there are no paths there");
            case Redis when uri.OriginalString.Any(char.IsControl):
                throw AddressInvalid(target.Name, "it holds characters that no address has");
            case Redis:
                return;
            case Systemd when SystemdAddress.Of(uri) is null:
                throw AddressInvalid(target.Name, "it does not name a droplet and one of its units, with the unit's kind");
            case Systemd:
                return;
            case Push when !IsPushOf(target):
                throw AddressInvalid(target.Name, $"what jobs call is the target's own name, push://{target.Name}");
            case Push:
                return;
            default:
                throw AddressInvalid(target.Name, $"'{OneLine.Of(uri.Scheme, 20)}' is nothing that can be checked");
        }
    }

    private static bool IsPushOf(HeartbeatTarget target) =>
        HeartbeatAddress.Parts(target.Uri) is [var name, .. var rest] && rest is ([] or [""]) && string.Equals(name, target.Name, StringComparison.OrdinalIgnoreCase);

    private static void CheckRedis(HeartbeatTarget target)
    {
        if (target.Uri.Scheme != Redis)
        {
            if ((target.UserName ?? target.PasswordFile ?? (object?)target.ExpectedReplicas) is null) return;
            throw Invalid(target.Name, "user name, password file and replicas are for redis only", "Leave them out, or give a redis address.");
        }

        if (target.UserName is not null && target.PasswordFile is null) throw Invalid(target.Name, "a user without a password cannot log in", "Give -PasswordFile too.");
        if (target.UserName is { } user && !UserPattern().IsMatch(user)) throw Invalid(target.Name, "its user name is not one", "Give 1 to 100 characters without blanks.");
        if (target.PasswordFile is { } file && (file.Length > LongestPath || file.Any(char.IsControl) || !Path.IsPathFullyQualified(file))) throw Invalid(target.Name, "its password file is not a full path", "Give the full path of a file.");
        if (target.ExpectedReplicas is < 0 or > LongestCount) throw Invalid(target.Name, "the replicas are a count", $"Give from 0 to {LongestCount}.");
    }

    private static void CheckPush(HeartbeatTarget target)
    {
        if (target.Uri.Scheme != Push)
        {
            if ((target.Period ?? target.Grace) is null && target.AddedAt is null) return;
            throw Invalid(target.Name, "only what jobs call has a period", $"Leave out -Every and -Grace, or give the address push://{target.Name}.");
        }

        if (target.Period is not { } period) throw Invalid(target.Name, "it is not said how often it is called", "Give -Every, such as -Every 1d.");
        if (period < ShortestPeriod || period > LongestPeriod) throw Invalid(target.Name, "nothing is called so often or so seldom", "Give -Every from 1s to 366d.");
        if (target.Grace is { } grace && (grace < TimeSpan.Zero || grace > LongestPeriod)) throw Invalid(target.Name, "it cannot be waited for so long", "Give -Grace from 0s to 366d.");
        if (target.DegradedAfter is not null) throw Invalid(target.Name, "a job that calls answers nothing that could be slow", "Leave out -DegradedAfter.");
    }

    private static DevOpsException AddressInvalid(string name, string why) =>
        Invalid(name, $"its address cannot be used, because {why}", "Give an address such as https://shop.example.com/health, tcp://10.0.0.5:3306, ssh://10.0.0.5, redis://10.0.0.5, systemd://itrust-1/itrust.service or push://backup.");

    private static DevOpsException Invalid(string name, string why, string action) => new(
        "HeartbeatTargetInvalid",
        FailureKind.InvalidInput,
        $"'{OneLine.Of(name, 80)}' cannot be a heartbeat target: {why}.",
        action,
        name);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();

    // Redis refuses blanks; what else is invisible is a mistake.
    [GeneratedRegex(@"^[^\s\p{C}]{1,100}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserPattern();

    // RFC 9110, 5.1: a header's name is a token.
    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}(?:: ?[\x20-\x7e]{0,500})?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HeaderPattern();
}
