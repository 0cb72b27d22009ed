using System.Security.Cryptography;
using System.Text;
using DevOps.Core.State;

namespace DevOps.Core.Servers;

/// <summary>
/// Where a server's socket and log are. Both follow from the state folder, the role and the instance alone, so whoever
/// knows these three finds the server.
/// </summary>
/// <param name="SocketFile">The administration socket.</param>
/// <param name="LogFile">What the process writes.</param>
public sealed record ServerFiles(string SocketFile, string LogFile)
{
    // A socket's address is a fixed field of 108 bytes with a closing zero; 104 on other systems.
    private const int LongestSocketPath = 103;

    /// <summary>Finds the files of a server, and makes the folders that they stand in, for their owner alone.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="role">What the server does.</param>
    /// <param name="instance">Which of its role it is.</param>
    /// <returns>The files, which need not exist.</returns>
    /// <exception cref="DevOpsException"><c>SocketPathTooLong</c> or <c>StateFolderNotWritable</c>.</exception>
    public static ServerFiles For(StateFolder state, string role, string instance)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{state.Root}\n{role}\n{instance}")))[..16];
        var socket = Path.Combine(RuntimeFolder(state), $"{role}-{hash}.sock");
        if (Encoding.UTF8.GetByteCount(socket) > LongestSocketPath)
        {
            throw new DevOpsException(
                "SocketPathTooLong",
                FailureKind.InvalidInput,
                $"The socket path '{socket}' is longer than the operating system allows ({LongestSocketPath} bytes).",
                $"Set XDG_RUNTIME_DIR, or set {StateFolder.Variable} to a folder with a shorter path.",
                socket);
        }

        return new ServerFiles(socket, Path.Combine(state.Folder("logs"), $"{role}-{SafeName(instance)}-{hash[..8]}.log"));
    }

    private static string RuntimeFolder(StateFolder state)
    {
        if (OperatingSystem.IsWindows()) return state.Folder("run");
        // A system-wide folder that anybody may write to (/tmp) is no place for a socket: its name could be taken beforehand.
        var parent = Environment.IsPrivilegedProcess && Directory.Exists("/run")
            ? "/run"
            : Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        if (string.IsNullOrEmpty(parent) || !Directory.Exists(parent)) return state.Folder("run");
        var folder = Path.Combine(parent, "devops");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    private static string SafeName(string instance) =>
        string.Concat(instance.Take(40).Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
}
