using System.Reflection;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>
/// The POSIX sh programs that run on a host, as they stand in <c>Deployments/Scripts</c>: each is the common beginning
/// followed by its own text, so that a host needs nothing installed but a shell and the usual tools.
/// </summary>
internal static class HostScript
{
    private const string Common = "common";

    /// <summary>Gives a program's text.</summary>
    /// <param name="name">Its file's name without the ending.</param>
    /// <returns>The text to hand to <c>sh -c</c>.</returns>
    public static string Load(string name) => $"{Read(Common)}\n{Read(name)}";

    private static string Read(string name)
    {
        var resource = $"DevOps.Core.Deployments.Scripts.{name}.sh";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks {resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
