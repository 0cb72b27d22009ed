using System.Text;

namespace DevOps.Core.Heartbeats;

/// <summary>A file whose first line is a password. Whoever else could read the file is a reason not to use it.</summary>
internal static class PasswordFile
{
    private const int LongestFile = 4 * 1024;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Says why a file cannot be used. Tells nothing of what is in it.</summary>
    /// <param name="file">The file's full path.</param>
    /// <returns>The fault and what mends it; nothing when it can be used.</returns>
    public static (string Fault, string Action)? FaultOf(string file)
    {
        try
        {
            return TryRead(file, out var fault) is null ? fault : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return ($"the password file '{file}' does not exist", "Write the password into its first line, and have nobody else read it (chmod 600).");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ($"the password file '{file}' cannot be read: {exception.Message.TrimEnd('.')}", "Have it owned by the account that checks.");
        }
    }

    /// <summary>Reads the password.</summary>
    /// <param name="file">The file's full path.</param>
    /// <returns>The first line.</returns>
    /// <exception cref="HeartbeatCheckException">The file cannot be used.</exception>
    public static string Read(string file)
    {
        if (FaultOf(file) is not { } fault) return TryRead(file, out _) ?? throw new HeartbeatCheckException($"the password file '{file}' has just been changed");
        throw new HeartbeatCheckException(fault.Fault);
    }

    private static string? TryRead(string file, out (string Fault, string Action)? fault)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // Of the file that is open, and not of one that takes its place meanwhile.
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != UnixFileMode.None)
        {
            fault = ($"others than its owner may use the password file '{file}'", $"Run: chmod 600 '{file}'");
            return null;
        }

        var buffer = new byte[LongestFile];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var line = Encoding.UTF8.GetString(buffer, 0, length).Split('\n', 2)[0].TrimEnd('\r').TrimStart('\ufeff');
        fault = line.Length == 0 ? ($"the first line of the password file '{file}' is empty", "Write the password into it.") : null;
        return line.Length == 0 ? null : line;
    }
}
