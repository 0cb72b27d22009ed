using System.Text.Json;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Store;

namespace DevOps.Core.Flags.Client;

/// <summary>The last known flags in a file, so that a start without the server is not without flags.</summary>
/// <param name="file">The file.</param>
internal sealed class FlagSnapshotFile(string file)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads it.</summary>
    /// <returns>The flags, and when the server last said that they are the newest; nothing when there is no such file, or a damaged one.</returns>
    public (FlagSet Flags, DateTimeOffset ConfirmedAt)? Read()
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var root = document.RootElement;
            var flags = root.GetProperty("flags").EnumerateObject().Select(flag => new FlagRecord(
                FlagRules.CheckShape(FlagFile.Parse(flag.Name, flag.Value.GetProperty("definition"))),
                flag.Value.GetProperty("version").GetInt64(),
                flag.Value.GetProperty("at").GetDateTimeOffset(),
                flag.Value.GetProperty("by").GetString()!));
            return (FlagSet.Of(root.GetProperty("version").GetInt64(), flags), root.GetProperty("confirmedAt").GetDateTimeOffset());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException or DevOpsException)
        {
            // It is no more than a help: without it, flags come from the server.
            return null;
        }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    /// <param name="flags">The flags.</param>
    /// <param name="confirmedAt">When the server last said that they are the newest.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(FlagSet flags, DateTimeOffset confirmedAt)
    {
        var temporary = $"{file}.new";
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(temporary, options))
        {
            using (var writer = new Utf8JsonWriter(stream)) Write(writer, flags, confirmedAt);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }

    private static void Write(Utf8JsonWriter writer, FlagSet flags, DateTimeOffset confirmedAt)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", flags.Version);
        writer.WriteString("confirmedAt", confirmedAt);
        writer.WriteStartObject("flags");
        foreach (var flag in flags.Flags)
        {
            writer.WriteStartObject(flag.Definition.Name);
            writer.WriteNumber("version", flag.Version);
            writer.WriteString("at", flag.ChangedAt);
            writer.WriteString("by", flag.ChangedBy);
            writer.WritePropertyName("definition");
            FlagFile.WriteDefinition(writer, flag.Definition);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
