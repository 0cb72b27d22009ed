namespace DevOps.Core.Deployments.Hosts;

/// <summary>
/// The POSIX sh programs that run on a host, as they stand in <c>Deployments/Scripts</c>: each is the common beginning
/// followed by its own text, so that a host needs nothing installed but a shell and the usual tools.
/// </summary>
internal static class HostScript
{
    /// <summary>Gives a program's text.</summary>
    /// <param name="name">Its file's name without the ending.</param>
    /// <returns>The text to hand to <c>sh -c</c>.</returns>
    public static string Load(string name) => $"{EmbeddedFile.Read("Hosts/Scripts/common.sh")}\n{EmbeddedFile.Read($"Deployments/Scripts/{name}.sh")}";
}
