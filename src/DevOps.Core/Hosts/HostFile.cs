using System.Globalization;
using System.Text;

namespace DevOps.Core.Hosts;

/// <summary>A file that is put on a host, by <c>put_files</c> of <c>Hosts/Scripts/files.sh</c>.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Mode">Its permissions, in octal, such as <c>0640</c>.</param>
/// <param name="Group">The group that it belongs to; its owner is root.</param>
/// <param name="Text">What it holds.</param>
internal sealed record HostFile(string Path, string Mode, string Group, string Text)
{
    /// <summary>Writes files as the script reads them. What they hold goes this way, never as an argument: it may be secret.</summary>
    /// <param name="files">The files.</param>
    /// <returns>The script's standard input.</returns>
    public static string Input(IEnumerable<HostFile> files)
    {
        var input = new StringBuilder();
        foreach (var file in files) input.Append(CultureInfo.InvariantCulture, $"{file.Path} {file.Mode} {file.Group} {Convert.ToBase64String(Encoding.UTF8.GetBytes(file.Text))}\n");
        return input.ToString();
    }

    /// <summary>Names the file, and never what it holds.</summary>
    /// <returns>The path.</returns>
    public override string ToString() => Path;
}
