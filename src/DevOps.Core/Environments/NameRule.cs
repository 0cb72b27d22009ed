using System.Text.RegularExpressions;

namespace DevOps.Core.Environments;

/// <summary>What a name may look like, and why.</summary>
internal sealed partial class NameRule
{
    // An account or a unit that every Debian host has, or a folder of ours: an application of that name would replace it.
    private static readonly string[] TakenOnHosts =
    [
        "artifacts", "backup", "bin", "cloud-init", "cron", "daemon", "dbus", "devops", "devops-build", "games", "getty", "irc",
        "list", "lp", "mail", "man", "messagebus", "networking", "news", "nobody", "proxy", "root", "ssh", "sshd", "sync", "sys",
        "uucp", "www-data",
    ];

    private readonly Regex _pattern;
    private readonly string _expected;
    private readonly string[] _taken;

    private NameRule(Regex pattern, string expected, params string[] taken) => (_pattern, _expected, _taken) = (pattern, expected, taken);

    /// <summary>An environment: a folder and a lock are called so.</summary>
    public static NameRule Environment { get; } = new(HostName(), "1 to 31 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen");

    /// <summary>An application: a unit, a Linux account and folders are called so.</summary>
    public static NameRule Application { get; } = new(HostName(), "1 to 31 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen", TakenOnHosts);

    /// <summary>A service: placeholders refer to it between dots.</summary>
    public static NameRule Service { get; } = new(HostName(), "1 to 31 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen");

    /// <summary>A balancer: a folder and a unit are called so.</summary>
    public static NameRule Balancer { get; } = new(HostName(), "1 to 31 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen");

    /// <summary>A backend of a balancer: usually a droplet's name, and what a header of each answer says.</summary>
    public static NameRule Backend { get; } = new(ConnectionName(), "1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit");

    /// <summary>A fleet: droplets are called so, with a number.</summary>
    public static NameRule Fleet { get; } = new(FleetName(), "letters, digits and hyphens, beginning and ending with a letter or digit");

    /// <summary>A saved connection.</summary>
    public static NameRule Connection { get; } = new(ConnectionName(), "1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit");

    /// <summary>A variable of a process.</summary>
    public static NameRule Variable { get; } = new(VariableName(), "letters, digits and underscores, not beginning with a digit");

    /// <summary>Checks a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>What is wrong with it, or nothing.</returns>
    public string? Problem(string name)
    {
        if (!_pattern.IsMatch(name)) return $"'{name}' is not a valid name. Expected {_expected}.";
        return _taken.Contains(name, StringComparer.Ordinal) || (_taken.Length > 0 && name.StartsWith("systemd", StringComparison.Ordinal))
            ? $"'{name}' is taken on every host by the operating system or by this module. Choose another name."
            : null;
    }

    [GeneratedRegex(@"^[a-z](?:[a-z0-9-]{0,29}[a-z0-9])?\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HostName();

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FleetName();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConnectionName();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VariableName();
}
