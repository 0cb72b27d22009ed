namespace DevOps.Core.Hosts;

/// <summary>
/// The POSIX sh programs that run on hosts: each is the common beginning followed by its own text, so that a host needs
/// nothing installed but a shell and the usual tools.
/// </summary>
internal static class HostScript
{
    /// <summary>Gives a program's text.</summary>
    /// <param name="files">Its files below the project's folder, in order, such as <c>Deployments/Scripts/record.sh</c>.</param>
    /// <returns>The text to hand to <c>sh -c</c>.</returns>
    public static string Load(params string[] files) => string.Join('\n', files.Prepend("Hosts/Scripts/common.sh").Select(EmbeddedFile.Read));
}
