namespace DevOps.Core.Flags.Servers;

/// <summary>Reads the programs that run on nodes: the files of <c>Flags/Servers/Scripts</c>, embedded in this assembly.</summary>
internal static class FlagServerScript
{
    /// <summary>Reads one.</summary>
    /// <param name="name">Its file name.</param>
    /// <returns>Its text.</returns>
    public static string Read(string name)
    {
        using var stream = typeof(FlagServerScript).Assembly.GetManifestResourceStream($"DevOps.Core.Flags.Servers.Scripts.{name}")
            ?? throw new InvalidOperationException($"The assembly has no script '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Reads one that is run by itself, with what all of them begin with.</summary>
    /// <param name="name">Its file name.</param>
    /// <returns>The text to hand to <c>sh -c</c>.</returns>
    public static string Load(string name) => $"{Read("common.sh")}\n{Read(name)}";
}
