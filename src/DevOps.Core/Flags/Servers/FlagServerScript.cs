using DevOps.Core.Hosts;

namespace DevOps.Core.Flags.Servers;

/// <summary>The programs that run on nodes: the files of <c>Flags/Servers/Scripts</c>.</summary>
internal static class FlagServerScript
{
    private const string Folder = "Flags/Servers/Scripts";

    /// <summary>Reads one that is put on a node.</summary>
    /// <param name="name">Its file name.</param>
    /// <returns>Its text.</returns>
    public static string Read(string name) => EmbeddedFile.Read($"{Folder}/{name}");

    /// <summary>Reads one that is run by itself, with what all of them begin with.</summary>
    /// <param name="name">Its file name.</param>
    /// <returns>The text to hand to <c>sh -c</c>.</returns>
    public static string Load(string name) => HostScript.Load("Hosts/Scripts/files.sh", $"{Folder}/common.sh", $"{Folder}/{name}");
}
