using System.Globalization;

namespace DevOps.LocalCloud.Containers;

/// <summary>Limits of the kernel that all containers of a machine share.</summary>
internal static class KernelLimits
{
    private const string InotifyInstances = "/proc/sys/fs/inotify/max_user_instances";

    // A Debian host takes seven (systemd, logind, dbus); the kernel's default of 128 is used up by 18 of them.
    private const int EnoughInotifyInstances = 4_096;

    /// <summary>Raises what many hosts on one machine need more of, until the machine's next boot. Lowers nothing.</summary>
    /// <param name="log">Hears what was changed.</param>
    public static void RaiseForDroplets(Action<string> log)
    {
        var current = int.Parse(File.ReadAllText(InotifyInstances), CultureInfo.InvariantCulture);
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
}
