namespace DevOps.Core.Deployments.Hosts;

/// <summary>Where an application's parts stand on its host, as far as the control host must know it.</summary>
internal static class HostLayout
{
    /// <summary>The folder of the release in use, through the symlink that a switch renames.</summary>
    /// <param name="application">The application's name.</param>
    /// <returns>The path.</returns>
    public static string Current(string application) => $"/opt/devops/{application}/current";

    /// <summary>What outlives releases; the one place outside of systemd's own folders where the application may write.</summary>
    /// <param name="application">The application's name.</param>
    /// <returns>The path.</returns>
    public static string Shared(string application) => $"/opt/devops/{application}/shared";

    /// <summary>The folder of a sealed release.</summary>
    /// <param name="application">The application's name.</param>
    /// <param name="folder">The release's folder name.</param>
    /// <returns>The path.</returns>
    public static string Release(string application, string folder) => $"/opt/devops/{application}/releases/{folder}";

    /// <summary>The file with the variables of the unit's process.</summary>
    /// <param name="application">The application's name.</param>
    /// <returns>The path.</returns>
    public static string EnvironmentFile(string application) => $"/etc/devops/{application}.env";
}
