using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DevOps.Core.State;

/// <summary>
/// The folder in which an installation keeps what it must remember: <c>DEVOPS_STATE</c> when that is set, else
/// <c>/var/lib/devops</c> for root, else the user's own folder for application state. One installation has one state
/// folder and one owner; everything in it is for the owner alone (0700 and 0600).
/// </summary>
public sealed class StateFolder
{
    /// <summary>The environment variable that overrides the place.</summary>
    public const string Variable = "DEVOPS_STATE";

    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private StateFolder(string root) => Root = root;

    /// <summary>The folder's full path.</summary>
    public string Root { get; }

    /// <summary>Finds the installation's state folder. Creates nothing; <see cref="Folder"/> does when something is to be written.</summary>
    /// <param name="path">A path to use instead of the rules, or nothing.</param>
    /// <returns>The state folder.</returns>
    public static StateFolder Open(string? path = null)
    {
        var chosen = path;
        if (string.IsNullOrEmpty(chosen)) chosen = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(chosen)) chosen = DefaultRoot();
        return new StateFolder(Path.GetFullPath(chosen));
    }

    /// <summary>The full path of something inside, which need not exist.</summary>
    /// <param name="parts">Path segments below the root.</param>
    /// <returns>The full path.</returns>
    public string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The full path of a folder inside, which is created for the owner alone when it is missing.</summary>
    /// <param name="parts">Path segments below the root.</param>
    /// <returns>The folder's full path.</returns>
    /// <exception cref="DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    public string Folder(params string[] parts)
    {
        // One level at a time: the system gives the asked mode to the last folder of a path only.
        var path = Root;
        Create(path);
        foreach (var segment in parts.SelectMany(part => part.Split(Path.DirectorySeparatorChar)).Where(segment => segment is not ("" or ".")))
        {
            path = Path.Combine(path, segment);
            Create(path);
        }

        return path;
    }

    /// <summary>
    /// Writes a file so that a reader sees the old content or the new and never a part, whenever the process dies:
    /// a new file beside it, flushed to the disk, then renamed over it.
    /// </summary>
    /// <param name="path">The full path of a file below <see cref="Root"/>.</param>
    /// <param name="content">The whole new content.</param>
    /// <exception cref="DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    public void Write(string path, ReadOnlySpan<byte> content)
    {
        Folder(Path.GetRelativePath(Root, Path.GetDirectoryName(path)!));
        try
        {
            PrivateFile.Write(path, content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, exception);
        }
    }

    /// <summary>Reads a file of JSON.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="path">The file's full path.</param>
    /// <param name="type">How that is written.</param>
    /// <returns>What it holds; nothing when there is no such file.</returns>
    /// <exception cref="JsonException">It holds something else.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static T? ReadJson<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// Adds to the end of a file, which is created for the owner alone when it is missing. A process that dies may leave
    /// a part of the content; the disk is not waited for.
    /// </summary>
    /// <param name="path">The full path of a file below <see cref="Root"/>.</param>
    /// <param name="content">What is added.</param>
    /// <exception cref="DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    public void Append(string path, ReadOnlySpan<byte> content)
    {
        Folder(Path.GetRelativePath(Root, Path.GetDirectoryName(path)!));
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = PrivateFile.Mode;
            using var stream = new FileStream(path, options);
            stream.Write(content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, exception);
        }
    }

    private void Create(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else if (!Directory.Exists(path)) Directory.CreateDirectory(path, OwnerFolder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, exception);
        }
    }

    private static string DefaultRoot()
    {
        if (!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess) return "/var/lib/devops";
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "devops");
        }

        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state))
        {
            state = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        }

        return Path.Combine(state, "devops");
    }

    /// <summary>Explains that something in the folder could not be written.</summary>
    /// <param name="path">What.</param>
    /// <param name="inner">What the system said.</param>
    /// <returns>The failure.</returns>
    internal DevOpsException NotWritable(string path, Exception inner) => new(
        "StateFolderNotWritable",
        FailureKind.PermissionDenied,
        $"The state folder '{Root}' cannot be written: {inner.Message}",
        $"Run as the account that owns the folder, free disk space, or set {Variable} to a folder of your own.",
        path,
        inner);
}
