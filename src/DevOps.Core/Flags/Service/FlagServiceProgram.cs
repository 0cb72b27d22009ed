using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using DevOps.Core.Servers;

namespace DevOps.Core.Flags.Service;

/// <summary>
/// The program as nodes get it: the servers' program of this module and the .NET runtime that this machine runs it with, unless
/// that does not run there. Its id follows from what is in it, so that nothing is sent twice.
/// </summary>
internal sealed class FlagServiceProgram : IDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const int IdLength = 16;

    private readonly IReadOnlyList<(string Name, string File)> _files;
    private readonly SemaphoreSlim _packing = new(1);
    private string? _package;

    private FlagServiceProgram(IReadOnlyList<(string Name, string File)> files, bool hasRuntime)
    {
        _files = files;
        HasRuntime = hasRuntime;
        Id = IdOf(files);
    }

    /// <summary>What names it: a hash of all that is in it.</summary>
    public string Id { get; }

    /// <summary>How many bytes it takes unpacked.</summary>
    public long Size => _files.Sum(file => new FileInfo(file.File).Length);

    /// <summary>Whether it has a .NET runtime in it.</summary>
    public bool HasRuntime { get; }

    /// <summary>Whether the .NET runtime of this machine runs on a host.</summary>
    /// <param name="host">The host.</param>
    /// <returns>Whether it does.</returns>
    public static bool RunsOn(FlagServiceHostFacts host) =>
        RuntimeInformation.RuntimeIdentifier.StartsWith("linux-", StringComparison.Ordinal)
        && !RuntimeInformation.RuntimeIdentifier.StartsWith("linux-musl-", StringComparison.Ordinal)
        && host.HasGnuLibrary
        && RuntimeInformation.OSArchitecture == ArchitectureOf(host);

    /// <summary>Gathers it.</summary>
    /// <param name="serverProgram">The servers' program.</param>
    /// <param name="host">The host that it is for.</param>
    /// <param name="dotnet">The .NET host of this machine, whose runtime goes with it; nothing when the node has one.</param>
    /// <returns>The program.</returns>
    public static FlagServiceProgram Of(string serverProgram, FlagServiceHostFacts host, string? dotnet)
    {
        var files = new List<(string Name, string File)>();
        var folder = Path.GetDirectoryName(serverProgram)!;
        var natives = ArchitectureOf(host) == Architecture.Arm64 ? "runtimes/linux-arm64/" : "runtimes/linux-x64/";
        foreach (var file in FilesOf(folder))
        {
            var name = NameBelow(folder, file);
            if (name.EndsWith(".pdb", StringComparison.Ordinal) || (name.StartsWith("runtimes/", StringComparison.Ordinal) && !name.StartsWith(natives, StringComparison.Ordinal))) continue;
            files.Add(($"server/{name}", file));
        }

        if (dotnet is not null)
        {
            var root = Path.GetDirectoryName(dotnet)!;
            files.Add(("dotnet/dotnet", dotnet));
            foreach (var part in (string[])["host/fxr", "shared/Microsoft.NETCore.App", "shared/Microsoft.AspNetCore.App"])
            {
                var newest = Newest(Path.Combine(root, part));
                files.AddRange(FilesOf(newest).Select(file => ($"dotnet/{part}/{NameBelow(Path.Combine(root, part), file)}", file)));
            }
        }

        return new FlagServiceProgram(files, dotnet is not null);
    }

    /// <summary>Opens it, packed: a tar archive in gzip's form. It is packed once, whoever asks for it.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>The archive.</returns>
    public async Task<Stream> OpenAsync(CancellationToken ct)
    {
        await _packing.WaitAsync(ct);
        try
        {
            if (_package is null)
            {
                var package = Path.Combine(Path.GetTempPath(), $"devops-flags-{Guid.NewGuid():N}.tar.gz");
                try
                {
                    await PackAsync(package, ct);
                    _package = package;
                }
                catch
                {
                    File.Delete(package);
                    throw;
                }
            }
        }
        finally
        {
            _packing.Release();
        }

        return File.OpenRead(_package);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_package is not null) File.Delete(_package);
        _packing.Dispose();
    }

    private async Task PackAsync(string package, CancellationToken ct)
    {
        await using var file = new FileStream(package, FileMode.CreateNew, FileAccess.Write);
        await using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        await using var tar = new TarWriter(gzip, TarEntryFormat.Pax);
        foreach (var (name, source) in _files)
        {
            await using var content = File.OpenRead(source);
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = name == "dotnet/dotnet" ? Executable : Readable }, ct);
        }
    }

    private static Architecture? ArchitectureOf(FlagServiceHostFacts host) => host.Architecture switch
    {
        "x86_64" => Architecture.X64,
        "aarch64" => Architecture.Arm64,
        _ => null,
    };

    private static string[] FilesOf(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories);

    private static string NameBelow(string folder, string file) => Path.GetRelativePath(folder, file).Replace('\\', '/');

    private static string Newest(string folder) => Directory.GetDirectories(folder)
        .Select(version => (Folder: version, Version: Version.TryParse(Path.GetFileName(version), out var parsed) ? parsed : null))
        .Where(version => version.Version?.Major == ServerPrograms.RuntimeMajor)
        .MaxBy(version => version.Version).Folder;

    private static string IdOf(IReadOnlyList<(string Name, string File)> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, file) in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            using var content = File.OpenRead(file);
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\n{content.Length}\n")));
            hash.AppendData(SHA256.HashData(content));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..IdLength];
    }
}
