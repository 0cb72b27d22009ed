using System.Security.Cryptography;
using System.Text;
using DevOps.Core.State;

namespace DevOps.Core.Servers;

/// <summary>
/// Where a server's socket and log are. Both follow from the state folder, the role and the instance alone, so whoever
/// knows these three finds the server, whatever variables the session has.
/// </summary>
/// <param name="SocketFile">The administration socket.</param>
/// <param name="LogFile">What the process writes.</param>
public sealed record ServerFiles(string SocketFile, string LogFile)
{
    private const string RunFolder = "run";

    private const int HashLength = 16;

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
        var hash = Hash($"{role}\n{instance}");
        var log = Path.Combine(state.Folder("logs"), $"{role}-{SafeName(instance)}-{hash[..8]}.log");
        return new ServerFiles(SocketFor(state, $"{role}-{hash}.sock"), log);
    }

    private static string SocketFor(StateFolder state, string name)
    {
        var socket = Path.Combine(state.PathOf(RunFolder), name);
        if (IsShortEnough(socket))
        {
            state.Folder(RunFolder);
            return socket;
        }

        // Only for a state folder too deep to hold a socket. Its hash stands in for it in a folder that installations share.
        if (!OperatingSystem.IsWindows() && RuntimeFolder() is { } folder)
        {
            var elsewhere = Path.Combine(folder, $"{Hash(state.Root)}-{name}");
            if (IsShortEnough(elsewhere))
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                return elsewhere;
            }
        }

        throw new DevOpsException(
            "SocketPathTooLong",
            FailureKind.InvalidInput,
            $"The socket path '{socket}' is longer than the operating system allows ({LongestSocketPath} bytes).",
            $"Set {StateFolder.Variable} to a folder with a shorter path.",
            socket);
    }

    // A system-wide folder that anybody may write to (/tmp) is no place for a socket: its name could be taken beforehand.
    private static string? RuntimeFolder()
    {
        var parent = Environment.IsPrivilegedProcess ? "/run" : Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return !string.IsNullOrEmpty(parent) && Directory.Exists(parent) ? Path.Combine(parent, "devops") : null;
    }

    private static bool IsShortEnough(string path) => Encoding.UTF8.GetByteCount(path) <= LongestSocketPath;

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];

    private static string SafeName(string instance) =>
        string.Concat(instance.Take(40).Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
}
