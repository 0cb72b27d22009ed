using System.Globalization;

namespace DevOps.Core.Servers;

/// <summary>Finds out which process listens at a TCP port of this machine.</summary>
public static class PortOwner
{
    private const string ListenState = "0A";
    private const int LocalAddressField = 1;
    private const int StateField = 3;
    private const int InodeField = 9;

    /// <summary>Describes the process that listens at a port.</summary>
    /// <param name="port">The port.</param>
    /// <returns>Its name and id in words; nothing when nobody listens, or when the system does not tell.</returns>
    public static string? Describe(int port)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var sockets = ListeningSockets("/proc/net/tcp", port).Concat(ListeningSockets("/proc/net/tcp6", port))
            .Select(inode => $"socket:[{inode}]")
            .ToHashSet(StringComparer.Ordinal);
        if (sockets.Count == 0) return null;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            var name = Path.GetFileName(folder);
            if (int.TryParse(name, CultureInfo.InvariantCulture, out _) && Holds(folder, sockets)) return $"{NameOf(folder)} (process {name})";
        }

        return null;
    }

    private static IEnumerable<string> ListeningSockets(string table, int port)
    {
        if (!File.Exists(table)) yield break;
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var line in File.ReadLines(table).Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields[StateField] == ListenState && fields[LocalAddressField].EndsWith(suffix, StringComparison.Ordinal)) yield return fields[InodeField];
        }
    }

    private static bool Holds(string folder, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(folder, "fd")).Any(descriptor => LeadsToAny(descriptor, sockets));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked, or it is somebody else's.
            return false;
        }
    }

    private static bool LeadsToAny(string descriptor, HashSet<string> sockets)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false) is { } target && sockets.Contains(target.Name);
        }
        catch (IOException)
        {
            // Closed while we looked, as a busy process does all the time; its others still count.
            return false;
        }
    }

    private static string NameOf(string folder)
    {
        var command = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ').Trim();
        return command.Length > 0 ? command : File.ReadAllText(Path.Combine(folder, "comm")).Trim();
    }
}
