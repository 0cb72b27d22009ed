using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>What publishing must know of an artifact, read from it once for all hosts.</summary>
/// <param name="UnpackedSize">How many bytes it has unpacked, each file rounded up to a block.</param>
/// <param name="Templates">The text of each template file, by its path.</param>
internal sealed record ArtifactContent(long UnpackedSize, IReadOnlyDictionary<string, string> Templates)
{
    private const int BlockSize = 4096;

    /// <summary>Reads an artifact.</summary>
    /// <param name="artifact">The gzipped tar archive.</param>
    /// <param name="templates">The template files' paths.</param>
    /// <param name="application">The application's name, for messages.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="DevOpsException"><c>TemplateNotFound</c>: a template is not a file of the artifact.</exception>
    public static async Task<ArtifactContent> ReadAsync(Stream artifact, IReadOnlyList<string> templates, string application, CancellationToken ct)
    {
        var wanted = templates.ToDictionary(Normalize, path => path, StringComparer.Ordinal);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        long size = 0;
        await using var unzipped = new GZipStream(artifact, CompressionMode.Decompress);
        await using var archive = new TarReader(unzipped);
        while (await archive.GetNextEntryAsync(copyData: false, ct) is { } entry)
        {
            size += (entry.Length + BlockSize) / BlockSize * BlockSize;
            var path = Normalize(entry.Name);
            if (entry.DataStream is null || entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !wanted.ContainsKey(path)) continue;
            using var reader = new StreamReader(entry.DataStream, Encoding.UTF8, leaveOpen: true);
            texts[path] = await reader.ReadToEndAsync(ct);
        }

        var missing = wanted.Where(template => !texts.ContainsKey(template.Key)).Select(template => template.Value).ToArray();
        return missing.Length == 0 ? new ArtifactContent(size, texts) : throw new DevOpsException(
            "TemplateNotFound",
            FailureKind.NotFound,
            $"The artifact of '{application}' has no file '{missing[0]}', which its Templates name.",
            "Correct the Templates in the environment file (paths are relative to the artifact), or let the build make the file.",
            missing[0]);
    }

    private static string Normalize(string path)
    {
        while (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
        return path.TrimEnd('/');
    }
}
