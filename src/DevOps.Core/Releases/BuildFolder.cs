using System.Diagnostics;
using System.Runtime.Versioning;
using DevOps.Core.Operations;

namespace DevOps.Core.Releases;

/// <summary>
/// The folder of one build, outside of the state folder, which the build's account cannot enter. A lock file beside it
/// tells that its build is still alive: folders of builds that were killed are removed by the next one.
/// </summary>
internal sealed class BuildFolder : IAsyncDisposable
{
    private const string ParentName = "devops";

    // EWOULDBLOCK and ERROR_SHARING_VIOLATION. A file that is gone, or a full disk, is something else.
    private const int HeldOnLinux = 11;
    private const int HeldOnMac = 35;
    private const int HeldOnWindows = unchecked((int)0x80070020);

    private const string LockSuffix = ".lock";

    // The account can pass through but not look around: whoever knows no name finds no other build.
    private const UnixFileMode PassThrough = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _path;
    private readonly FileStream _lock;
    private readonly IProgress<OperationMessage> _progress;

    private BuildFolder(string path, FileStream held, IProgress<OperationMessage> progress) => (_path, _lock, _progress) = (path, held, progress);

    /// <summary>Where the source is laid out and built.</summary>
    public string Source => Path.Combine(_path, "source");

    /// <summary>The build's home folder.</summary>
    public string Home => Path.Combine(_path, "home");

    /// <summary>The build's folder for temporary files.</summary>
    public string Temporary => Path.Combine(_path, "tmp");

    /// <summary>The place of build folders when nothing else is asked for: the machine's cache for root, else the user's.</summary>
    /// <returns>The full path.</returns>
    public static string DefaultRoot()
    {
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess) return $"/var/cache/{ParentName}/builds";
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache)) cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, ParentName, "builds");
    }

    /// <summary>Makes a folder for one build.</summary>
    /// <param name="root">The place of build folders.</param>
    /// <param name="progress">Hears what could not be removed.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>The folder, which is removed when it is disposed.</returns>
    /// <exception cref="DevOpsException"><c>BuildFolderNotWritable</c>.</exception>
    public static async Task<BuildFolder> CreateAsync(string root, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                ct.ThrowIfCancellationRequested();
                if (await TryCreateAsync(root, progress, ct) is { } folder) return folder;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DevOpsException("BuildFolderNotWritable", FailureKind.PermissionDenied, $"No build folder can be made in '{root}': {exception.Message}", "Free disk space, or make the folder yours.", root, exception);
        }
    }

    /// <summary>Removes what killed builds left behind, and the place itself when no build is alive there.</summary>
    /// <param name="root">The place of build folders.</param>
    /// <param name="progress">Hears what could not be removed.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>A task that ends when it is done.</returns>
    public static async Task TidyAsync(string root, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        try
        {
            await RemoveLeftoversAsync(root, progress, ct);
            RemoveIfEmpty(root);
            if (Path.GetDirectoryName(root) is { } parent && Path.GetFileName(parent) == ParentName) RemoveIfEmpty(parent);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was built here, or somebody else has tidied at the same time.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RemoveAsync(_path, _progress);
        await _lock.DisposeAsync();
        ForgetLock(_path);
    }

    // Nothing when somebody got in between, and it is to be tried again.
    private static async Task<BuildFolder?> TryCreateAsync(string root, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        FileStream? held = null;
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(root);
            else CreatePassable(root);
            await RemoveLeftoversAsync(root, progress, ct);
            var path = Path.Combine(root, Guid.NewGuid().ToString("N"));
            held = TryLock(path);
            // Somebody who removes leftovers may take the lock, and its file away, between its birth and ours: then with another name.
            if (held is null || !File.Exists(path + LockSuffix)) return null;
            var folder = new BuildFolder(path, held, progress);
            foreach (var inner in (string[])[folder.Source, folder.Home, folder.Temporary]) Create(path, inner);
            held = null;
            return folder;
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            // Somebody who found the place empty has removed it.
            return null;
        }
        finally
        {
            if (held is not null) await held.DisposeAsync();
        }
    }

    private static void RemoveIfEmpty(string folder)
    {
        if (Directory.EnumerateFileSystemEntries(folder).Any()) return;
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception exception) when (exception is IOException and not DirectoryNotFoundException or UnauthorizedAccessException)
        {
            // A build has begun there this moment, or the folder above belongs to somebody else: then it stays.
        }
    }

    private static void Create(string path, string inner)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(inner);
            return;
        }

        CreatePassable(path);
        Directory.CreateDirectory(inner, OwnerOnly);
    }

    // A server's umask takes from others what is given to a new folder, so the mode is set once more.
    [UnsupportedOSPlatform("windows")]
    private static void CreatePassable(string folder)
    {
        if (Directory.Exists(folder)) return;
        if (Path.GetDirectoryName(folder) is { } parent) CreatePassable(parent);
        Directory.CreateDirectory(folder, PassThrough);
        File.SetUnixFileMode(folder, PassThrough);
    }

    private static async Task RemoveLeftoversAsync(string root, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        foreach (var file in Directory.EnumerateFiles(root, "*" + LockSuffix).ToList())
        {
            ct.ThrowIfCancellationRequested();
            var path = file[..^LockSuffix.Length];
            if (TryLock(path) is not { } held) continue;
            await using (held)
            {
                if (Directory.Exists(path)) progress.Report(new VerboseMessage($"Removing '{path}', which an interrupted build left."));
                await RemoveAsync(path, progress);
                ForgetLock(path);
            }
        }
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path + LockSuffix, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult is HeldOnLinux or HeldOnMac or HeldOnWindows)
        {
            return null;
        }
    }

    // A folder that could not be removed keeps its lock file, by which the next build finds it.
    private static void ForgetLock(string path)
    {
        if (Directory.Exists(path)) return;
        try
        {
            File.Delete(path + LockSuffix);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody who tidies was faster, and has removed the empty place as well.
        }
    }

    private static async Task RemoveAsync(string path, IProgress<OperationMessage> progress)
    {
        if (!Directory.Exists(path)) return;
        try
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (UnauthorizedAccessException) when (!OperatingSystem.IsWindows())
            {
                // Package managers leave folders that not even their owner may write.
                await ChildProcess.RunAsync(new ProcessStartInfo("chmod", ["-R", "u+rwx", "--", path]), CancellationToken.None);
                Directory.Delete(path, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            progress.Report(new WarningMessage($"The build folder '{path}' could not be removed: {exception.Message} The next build tries again; until then: rm -rf '{path}'"));
        }
    }
}
