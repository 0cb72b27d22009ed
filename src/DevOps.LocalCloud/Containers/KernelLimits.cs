using System.Globalization;

namespace DevOps.LocalCloud.Containers;

/// <summary>Limits of the kernel that all containers of a machine share.</summary>
internal static class KernelLimits
{
    private const string InotifyInstances = "/proc/sys/fs/inotify/max_user_instances";

    // A Debian host takes seven (systemd, logind, dbus); the kernel's default of 128 is used up by 18 of them.
    private const int EnoughInotifyInstances = 4_096;

    // What the kernel gives each user at boot, whatever the size of the machine.
    private const int KernelDefault = 128;

    /// <summary>Says what stays raised when the last droplet is gone.</summary>
    /// <returns>A sentence with the command that takes it back; nothing when nothing was raised here.</returns>
    public static string? DescribeKept() => Current() != EnoughInotifyInstances
        ? null
        : $"Kept fs.inotify.max_user_instances at {EnoughInotifyInstances} until the machine's next boot, for others that run hosts in containers; 'sysctl fs.inotify.max_user_instances={KernelDefault}' gives it the kernel's own value again.";

    /// <summary>Raises what many hosts on one machine need more of, until the machine's next boot. Lowers nothing.</summary>
    /// <param name="log">Hears what was changed.</param>
    public static void RaiseForDroplets(Action<string> log)
    {
        var current = Current();
        if (current >= EnoughInotifyInstances) return;
        try
        {
            File.WriteAllText(InotifyInstances, EnoughInotifyInstances.ToString(CultureInfo.InvariantCulture));
            log($"Raised fs.inotify.max_user_instances from {current} to {EnoughInotifyInstances}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log($"fs.inotify.max_user_instances stays {current}, which is enough for about {current / 7} droplets: {exception.Message}");
        }
    }

    private static int Current() => int.Parse(File.ReadAllText(InotifyInstances), CultureInfo.InvariantCulture);
}
