using System.Text.Json;

namespace DevOps.Core.Deployments.Journal;

/// <summary>
/// Reads journals. A line counts once its end is there: what a dying process left behind after the last line's end never
/// happened, because every step waits until its entry is on the disk.
/// </summary>
internal static class JournalFile
{
    /// <summary>The journal's name in the deployment's folder.</summary>
    public const string Name = "journal.jsonl";

    private const byte LineEnd = (byte)'\n';

    /// <summary>Reads a whole journal.</summary>
    /// <param name="path">Its path; a missing file is an empty journal.</param>
    /// <returns>Its entries.</returns>
    /// <exception cref="DevOpsException"><c>JournalDamaged</c>.</exception>
    public static IReadOnlyList<JournalEntry> Read(string path)
    {
        long position = 0;
        return ReadFrom(path, ref position);
    }

    /// <summary>Reads what was added.</summary>
    /// <param name="path">The journal's path; a missing file is an empty journal.</param>
    /// <param name="position">Where to begin; afterwards, the end of the last whole line.</param>
    /// <returns>The entries of the whole lines since then.</returns>
    /// <exception cref="DevOpsException"><c>JournalDamaged</c>.</exception>
    public static IReadOnlyList<JournalEntry> ReadFrom(string path, ref long position)
    {
        byte[] bytes;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length <= position) return [];
            file.Position = position;
            bytes = new byte[file.Length - position];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            bytes = bytes[..length];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }

        var entries = new List<JournalEntry>();
        var start = 0;
        while (Array.IndexOf(bytes, LineEnd, start) is var end and >= 0)
        {
            entries.Add(Parse(path, bytes.AsSpan(start..end)));
            start = end + 1;
        }

        position += start;
        return entries;
    }

    /// <summary>Where the last whole line ends.</summary>
    /// <param name="path">The journal's path.</param>
    /// <returns>The length that counts.</returns>
    public static long WholeLength(string path)
    {
        long position = 0;
        _ = ReadFrom(path, ref position);
        return position;
    }

    private static JournalEntry Parse(string path, ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, JournalJson.Default.JournalEntry) ?? throw new JsonException("The line is empty.");
        }
        catch (JsonException exception)
        {
            throw new DevOpsException(
                "JournalDamaged",
                FailureKind.OperationFailed,
                $"The deployment journal '{path}' cannot be read: {exception.Message}",
                "Something else than a deployment wrote to it. Move its folder away, then see with Get-ApplicationInstance what runs and deploy again.",
                path,
                exception);
        }
    }
}
