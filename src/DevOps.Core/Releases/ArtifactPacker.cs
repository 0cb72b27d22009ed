using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace DevOps.Core.Releases;

/// <summary>
/// Packs a folder so that equal content gives equal bytes: names in order, owner root, two modes, one time. That time is
/// the last change of the source and not a constant, because web servers and browsers tell two versions of a file with
/// the same length apart by it.
/// </summary>
internal static class ArtifactPacker
{
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode RunnableByAll = ReadableByAll | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const string Separator = "/";

    /// <summary>Finds the artifact's folder below the source.</summary>
    /// <param name="source">The folder in which it was built.</param>
    /// <param name="artifact">The artifact's path below.</param>
    /// <param name="application">The application, for errors.</param>
    /// <returns>The artifact's full path.</returns>
    /// <exception cref="DevOpsException"><c>ArtifactNotFound</c>, <c>ArtifactInvalid</c>.</exception>
    public static string Find(string source, string artifact, string application)
    {
        var path = source;
        foreach (var segment in artifact.Split('/').Where(segment => segment is not "."))
        {
            path = Path.Combine(path, segment);
            // A link could lead anywhere on this machine, to a file that the build itself may not read.
            if (new DirectoryInfo(path).LinkTarget is not null) throw Invalid(application, $"its path '{artifact}' goes through a symbolic link");
        }

        if (Directory.Exists(path)) return path;
        throw new DevOpsException(
            "ArtifactNotFound",
            FailureKind.NotFound,
            File.Exists(path) ? $"The artifact '{artifact}' of {application} is a file; a release is a folder." : $"The build of {application} made no folder '{artifact}'.",
            "Mend Build or Artifact in the environment file, or the build itself.",
            application);
    }

    /// <summary>Packs a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="account">The account that owns everything in it, when it is another than the caller's.</param>
    /// <param name="time">The time that everything gets.</param>
    /// <param name="application">The application, for errors.</param>
    /// <param name="output">Takes the gzipped tar archive.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>A task that ends once all is written.</returns>
    /// <exception cref="DevOpsException"><c>ArtifactInvalid</c>.</exception>
    public static async Task PackAsync(string folder, string? account, DateTimeOffset time, string application, Stream output, CancellationToken ct)
    {
        await RefuseSpecialFilesAsync(folder, account, application, ct);
        await using var zip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true);
        await using var archive = new TarWriter(zip, TarEntryFormat.Gnu, leaveOpen: true);
        var isEmpty = true;
        foreach (var (file, name) in Walk(new DirectoryInfo(folder), string.Empty))
        {
            ct.ThrowIfCancellationRequested();
            isEmpty = false;
            await archive.WriteEntryAsync(MakeEntry(file, name, time, application, out var content), ct);
            if (content is not null) await content.DisposeAsync();
        }

        if (isEmpty) throw Invalid(application, "it is empty");
    }

    private static IEnumerable<(FileSystemInfo File, string Name)> Walk(DirectoryInfo folder, string prefix)
    {
        foreach (var file in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            var name = prefix + file.Name;
            yield return (file, name);
            if (file is not DirectoryInfo { LinkTarget: null } inner) continue;
            foreach (var entry in Walk(inner, name + Separator)) yield return entry;
        }
    }

    private static GnuTarEntry MakeEntry(FileSystemInfo file, string name, DateTimeOffset time, string application, out FileStream? content)
    {
        content = null;
        GnuTarEntry entry;
        if (file.LinkTarget is { } target)
        {
            if (!StaysInside(name, target)) throw Invalid(application, $"the symbolic link '{name}' leads outside, to '{target}'");
            entry = new GnuTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target, Mode = RunnableByAll };
        }
        else if (file is DirectoryInfo)
        {
            entry = new GnuTarEntry(TarEntryType.Directory, name + Separator) { Mode = RunnableByAll };
        }
        else
        {
            content = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read);
            var isRunnable = !OperatingSystem.IsWindows() && file.UnixFileMode.HasFlag(UnixFileMode.UserExecute);
            entry = new GnuTarEntry(TarEntryType.RegularFile, name) { Mode = isRunnable ? RunnableByAll : ReadableByAll, DataStream = content };
        }

        entry.ModificationTime = time;
        entry.AccessTime = time;
        entry.ChangeTime = time;
        return entry;
    }

    // Folders that were walked into are no links, so '..' at the beginning counts truly; behind a name it might not.
    private static bool StaysInside(string name, string target)
    {
        if (target.StartsWith('/')) return false;
        string[] segments = [.. target.Split('/').Where(segment => segment is not ("" or "."))];
        var up = segments.TakeWhile(segment => segment is "..").Count();
        return up <= name.Count(character => character == '/') && !segments.Skip(up).Contains("..", StringComparer.Ordinal);
    }

    private static async Task RefuseSpecialFilesAsync(string folder, string? account, string application, CancellationToken ct)
    {
        // .NET cannot tell a pipe or a device from a file without opening it.
        if (await FindFirstAsync(folder, ["!", "-type", "f", "!", "-type", "d", "!", "-type", "l"], ct) is { } special)
        {
            throw Invalid(application, $"'{special}' is neither a file nor a folder nor a symbolic link");
        }

        // A hard link to a file of somebody else would be read with rights that the build never had.
        if (account is not null && await FindFirstAsync(folder, ["!", "-user", account], ct) is { } foreign)
        {
            throw Invalid(application, $"'{foreign}' does not belong to the build");
        }
    }

    private static async Task<string?> FindFirstAsync(string folder, string[] condition, CancellationToken ct)
    {
        try
        {
            var found = await ChildProcess.RunAsync(new ProcessStartInfo("find", [folder, .. condition, "-print"]), ct);
            if (found.ExitCode != 0) throw new DevOpsException("ArtifactNotReadable", FailureKind.PermissionDenied, $"The build's output cannot be read: {found.ErrorOutput.Trim()}", "Let the build leave files that its account may read.", folder);
            return found.Output.Length == 0 ? null : Path.GetRelativePath(folder, found.Output.Split('\n')[0]);
        }
        catch (Win32Exception exception)
        {
            throw new DevOpsException("ArtifactNotReadable", FailureKind.Unavailable, $"The program find cannot be started: {exception.Message}", "Install it; on Debian: apt-get install findutils", folder, exception);
        }
    }

    private static DevOpsException Invalid(string application, string why) =>
        new("ArtifactInvalid", FailureKind.InvalidInput, $"The artifact of {application} cannot be released: {why}.", "Mend the build, so that the folder holds only files, folders and links among them.", application);
}
