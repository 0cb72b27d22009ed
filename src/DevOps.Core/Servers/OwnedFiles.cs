using System.Text;

namespace DevOps.Core.Servers;

/// <summary>
/// Files of ours in a folder that belongs to the machine, such as systemd's units or cron's tables. Each says in its first
/// line which installation it belongs to, and no other one touches it.
/// </summary>
/// <param name="folder">The folder.</param>
internal sealed class OwnedFiles(string folder)
{
    private const string OwnerMark = "# DevOps server of the state folder ";

    /// <summary>The first line of each file, which says whose it is.</summary>
    /// <param name="stateFolder">The installation's state folder.</param>
    /// <returns>The line.</returns>
    /// <exception cref="DevOpsException"><c>UnitTextInvalid</c>.</exception>
    public static string OwnerLine(string stateFolder) => OwnerMark + SystemdQuote.Line(stateFolder);

    /// <summary>Reads which state folder a file belongs to.</summary>
    /// <param name="text">The file's text.</param>
    /// <returns>The folder as it is written there; nothing when somebody else wrote the file.</returns>
    public static string? OwnerOf(string text)
    {
        var first = text.Split('\n', 2)[0].TrimEnd();
        return first.StartsWith(OwnerMark, StringComparison.Ordinal) ? first[OwnerMark.Length..] : null;
    }

    /// <summary>The full path of a file, which need not exist.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The path.</returns>
    public string FileOf(string name) => Path.Combine(folder, name);

    /// <summary>Writes a file if it is missing or differs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">Its whole text, whose first line is <see cref="OwnerLine"/>.</param>
    /// <returns>Whether something was written.</returns>
    /// <exception cref="DevOpsException"><c>UnitTaken</c>, <c>UnitNotWritable</c>.</exception>
    public bool Write(string name, string text)
    {
        var file = FileOf(name);
        try
        {
            var before = File.Exists(file) ? File.ReadAllText(file) : null;
            if (before == text) return false;
            if (before is not null && OwnerOf(before) != OwnerOf(text)) throw Taken(file, OwnerOf(before));
            Directory.CreateDirectory(folder);
            // Whoever reads it sees the old text or the new, and neither systemd nor cron reads what has such a name.
            var temporary = $"{file}.{Guid.NewGuid():N}.new";
            File.WriteAllText(temporary, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(temporary, file, overwrite: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(file, exception);
        }
    }

    /// <summary>Deletes a file, if it is there.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="DevOpsException"><c>UnitNotWritable</c>.</exception>
    public void Delete(string name)
    {
        var file = FileOf(name);
        try
        {
            if (File.Exists(file)) File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(file, exception);
        }
    }

    /// <summary>Finds the files of an installation.</summary>
    /// <param name="stateFolder">The installation's state folder.</param>
    /// <param name="pattern">What they are called, with <c>*</c> for any text.</param>
    /// <returns>Each file with its text, by name.</returns>
    public IEnumerable<(string File, string Text)> OwnedBy(string stateFolder, string pattern)
    {
        if (!Directory.Exists(folder)) yield break;
        var owner = OwnerOf(OwnerLine(stateFolder));
        foreach (var file in Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal))
        {
            var text = File.ReadAllText(file);
            if (OwnerOf(text) == owner) yield return (file, text);
        }
    }

    private static DevOpsException Taken(string file, string? owner) => new(
        "UnitTaken",
        FailureKind.Conflict,
        owner is null ? $"'{file}' exists and was not written by this module." : $"'{file}' belongs to the installation with the state folder '{owner}'.",
        "Choose another name, or remove that file first.",
        file);

    private static DevOpsException NotWritable(string file, Exception inner) => new(
        "UnitNotWritable",
        FailureKind.PermissionDenied,
        $"The file '{file}' cannot be written or removed: {inner.Message}",
        "Run as root, or make the folder writable.",
        file,
        inner);
}
