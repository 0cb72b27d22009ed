namespace DevOps.Core;

/// <summary>Files of this assembly's source that it carries inside: programs for hosts and for Redis.</summary>
internal static class EmbeddedFile
{
    /// <summary>Reads one.</summary>
    /// <param name="path">Its path below the project's folder, such as <c>Fleets/Scripts/make-host-key.sh</c>.</param>
    /// <returns>Its text.</returns>
    public static string Read(string path)
    {
        using var stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream($"DevOps.Core.{path.Replace('/', '.')}")
            ?? throw new InvalidOperationException($"The assembly has no file '{path}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
