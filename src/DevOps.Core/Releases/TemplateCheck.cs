using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using DevOps.Core.Environments;

namespace DevOps.Core.Releases;

/// <summary>Looks at an artifact's templates when it is built, so that publishing finds nothing wrong with them on seven hosts.</summary>
internal static class TemplateCheck
{
    private const int LargestTemplate = 1024 * 1024;

    /// <summary>Checks that each template is there, is text, and has placeholders that exist.</summary>
    /// <param name="artifact">The artifact, a gzipped tar archive at its beginning.</param>
    /// <param name="application">The application.</param>
    /// <param name="services">The environment's services.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>A task that ends once all is checked.</returns>
    /// <exception cref="DevOpsException"><c>TemplateInvalid</c>.</exception>
    public static async Task VerifyAsync(Stream artifact, ApplicationDefinition application, IReadOnlyList<ServiceDefinition> services, CancellationToken ct)
    {
        var missing = application.Templates.ToHashSet(StringComparer.Ordinal);
        if (missing.Count == 0) return;
        string[] names = [.. services.Select(service => service.Name)];
        await using var unzipped = new GZipStream(artifact, CompressionMode.Decompress, leaveOpen: true);
        await using var archive = new TarReader(unzipped, leaveOpen: true);
        while (missing.Count > 0 && await archive.GetNextEntryAsync(copyData: false, ct) is { } entry)
        {
            if (!missing.Remove(entry.Name)) continue;
            if (entry.EntryType is not TarEntryType.RegularFile) throw Invalid(application, entry.Name, line: null, "it is not a file");
            if (entry.Length > LargestTemplate) throw Invalid(application, entry.Name, line: null, "it is larger than 1 MiB");
            var text = await ReadAsync(entry, application, ct);
            if (Placeholder.Check(text, names) is [var (index, problem), ..])
            {
                throw Invalid(application, entry.Name, text.AsSpan(0, index).Count('\n') + 1, problem.TrimEnd('.'));
            }
        }

        if (missing.Count > 0) throw Invalid(application, missing.Order(StringComparer.Ordinal).First(), line: null, "the artifact has no such file");
    }

    private static async Task<string> ReadAsync(TarEntry entry, ApplicationDefinition application, CancellationToken ct)
    {
        // An empty file has no stream.
        if (entry.DataStream is null) return string.Empty;
        try
        {
            using var reader = new StreamReader(entry.DataStream, new UTF8Encoding(false, throwOnInvalidBytes: true), leaveOpen: true);
            return await reader.ReadToEndAsync(ct);
        }
        catch (DecoderFallbackException)
        {
            throw Invalid(application, entry.Name, line: null, "it is not UTF-8 text");
        }
    }

    private static DevOpsException Invalid(ApplicationDefinition application, string file, int? line, string why) => new(
        "TemplateInvalid",
        FailureKind.InvalidInput,
        $"The template '{file}' of {application.Name} cannot be filled in{(line is null ? string.Empty : $", line {line}")}: {why}.",
        $"Mend the file, or Templates in the environment file. The placeholders that exist are {Placeholder.Forms}.",
        file);
}
