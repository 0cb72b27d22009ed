using System.Text;

namespace DevOps.HelpGenerator;

/// <summary>A folder of generated files. What has not changed is not touched; what is no longer generated goes.</summary>
/// <param name="path">The folder. It is made with the first file.</param>
internal sealed class OutputFolder(string path)
{
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>Writes a file, with line feeds only, unless it says the same already.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="text">Its text.</param>
    public void Write(string name, string text)
    {
        _written.Add(name);
        var file = Path.Combine(path, name);
        var content = text.ReplaceLineEndings("\n");
        if (File.Exists(file) && string.Equals(File.ReadAllText(file), content, StringComparison.Ordinal)) return;
        Directory.CreateDirectory(path);
        File.WriteAllText(file, content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    /// <summary>Deletes the files that this run did not write.</summary>
    public void DeleteOthers()
    {
        foreach (var file in Directory.EnumerateFiles(path))
        {
            if (!_written.Contains(Path.GetFileName(file))) File.Delete(file);
        }
    }
}
