using DevOps.Core.Operations;

namespace DevOps.Core.Servers;

/// <summary>What differs between root's systemd and that of any other account.</summary>
internal static class SystemdAccount
{
    /// <summary>Where a manager's unit files stand: root's in <c>/etc/systemd/system</c>, anybody else's in the account's own <c>systemd/user</c> folder.</summary>
    /// <param name="scope">Whose.</param>
    /// <returns>The folder.</returns>
    public static string UnitFolder(SystemdScope scope)
    {
        if (scope == SystemdScope.System) return "/etc/systemd/system";
        var configuration = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        if (string.IsNullOrEmpty(configuration)) configuration = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        return Path.Combine(configuration, "systemd", "user");
    }

    /// <summary>Warns of a manager that ends when its account logs out.</summary>
    /// <param name="scope">Whose manager it is.</param>
    /// <param name="progress">Hears the warning.</param>
    public static void WarnOfLogout(SystemdScope scope, IProgress<OperationMessage> progress)
    {
        if (scope != SystemdScope.User || File.Exists($"/var/lib/systemd/linger/{Environment.UserName}")) return;
        progress.Report(new WarningMessage($"systemd ends the services of '{Environment.UserName}' when the account logs out, unless it lingers: loginctl enable-linger {Environment.UserName}"));
    }
}
